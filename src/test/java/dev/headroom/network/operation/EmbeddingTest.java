package dev.headroom.network.operation;

/// A row of the table stands for each index.
class EmbeddingTest extends OperationContract {

  @Override
  String accepted() {
    return """
        embedding {"num_embeddings": 100, "embedding_dim": 16} | 7 | 7x16 | 100x16
        embedding {"num_embeddings": 5000000000, "embedding_dim": 1} | . | 1 | 5000000000x1
        """;
  }

  @Override
  String refused() {
    return """
        embedding {"num_embeddings": 0, "embedding_dim": 16} | 7 | num_embeddings < 1: 0
        embedding {"num_embeddings": 4, "embedding_dim": 0} | 7 | embedding_dim < 1: 0
        """;
  }
}
