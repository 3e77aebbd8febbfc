package dev.headroom.network.operation;

/// The queries decide the shape, the values the last extent.
class AttentionTest extends OperationContract {

  @Override
  String accepted() {
    return """
        scaled_dot_product_attention {"num_heads": 2, "query_length": 5, "key_length": 7, "head_dim": 4, "backend": "flash", "dropout_p": 0.5, "is_causal": true} | 2x5x4 2x7x4 2x7x6 | 2x5x6
        scaled_dot_product_attention {"num_heads": 1, "query_length": 1, "key_length": 2, "head_dim": 3, "backend": "math", "dropout_p": 1} | 1x1x3 1x2x3 1x2x3 5 | 1x1x3
        scaled_dot_product_attention {"num_heads": 1, "query_length": 1, "key_length": 1, "head_dim": 1, "backend": "efficient"} | 1x1 1x1 1x1 | 1x1
        """;
  }

  @Override
  String refused() {
    return """
        scaled_dot_product_attention {"num_heads": 0, "query_length": 1, "key_length": 1, "head_dim": 1, "backend": "math"} | 1x1 1x1 1x1 | num_heads < 1: 0
        scaled_dot_product_attention {"num_heads": 1, "query_length": 0, "key_length": 1, "head_dim": 1, "backend": "math"} | 1x1 1x1 1x1 | query_length < 1: 0
        scaled_dot_product_attention {"num_heads": 1, "query_length": 1, "key_length": 0, "head_dim": 1, "backend": "math"} | 1x1 1x1 1x1 | key_length < 1: 0
        scaled_dot_product_attention {"num_heads": 1, "query_length": 1, "key_length": 1, "head_dim": 0, "backend": "math"} | 1x1 1x1 1x1 | head_dim < 1: 0
        scaled_dot_product_attention {"num_heads": 1, "query_length": 1, "key_length": 1, "head_dim": 1, "backend": "math", "dropout_p": 1.5} | 1x1 1x1 1x1 | dropout_p outside 0 to 1: 1.5
        scaled_dot_product_attention {"num_heads": 1, "query_length": 1, "key_length": 1, "head_dim": 1, "backend": "math", "dropout_p": -0.5} | 1x1 1x1 1x1 | dropout_p outside 0 to 1: -0.5
        scaled_dot_product_attention {"num_heads": 1, "query_length": 1, "key_length": 1, "head_dim": 1, "backend": "guess"} | 1x1 1x1 1x1 | backend
        scaled_dot_product_attention {"num_heads": 1, "query_length": 1, "key_length": 1, "head_dim": 1, "backend": "math"} | 1x1 1x1 | inputs < 3: 2
        scaled_dot_product_attention {"num_heads": 1, "query_length": 1, "key_length": 1, "head_dim": 1, "backend": "math"} | 1x1 1x1 1x1 1 1 | inputs > 4: 5
        """;
  }
}
