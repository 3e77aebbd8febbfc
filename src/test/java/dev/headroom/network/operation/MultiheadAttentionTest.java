package dev.headroom.network.operation;

/// Projections of three times the width, and one back.
class MultiheadAttentionTest extends OperationContract {

  @Override
  String accepted() {
    return """
        multihead_attention {"embed_dim": 8, "num_heads": 2} | 5x8 | 5x8 | 24x8 24 8x8 8
        multihead_attention {"embed_dim": 8, "num_heads": 8, "bias": false} | 5x8 7x8 7x8 | 5x8 | 24x8 8x8
        """;
  }

  @Override
  String refused() {
    return """
        multihead_attention {"embed_dim": 8, "num_heads": 3} | 5x8 | num_heads 3 does not divide embed_dim 8
        multihead_attention {"embed_dim": 0, "num_heads": 1} | 5x8 | embed_dim < 1: 0
        multihead_attention {"embed_dim": 8, "num_heads": 0} | 5x8 | num_heads < 1: 0
        multihead_attention {"embed_dim": 4, "num_heads": 1} | 5x8 | embed_dim is 4, but the input has 8
        multihead_attention {"embed_dim": 8, "num_heads": 1} | 5x8 8 8 8 | inputs > 3: 4
        """;
  }
}
