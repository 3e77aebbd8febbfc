package dev.headroom.network.operation;

/// Each layer and direction has two weights and two biases, of four gates or of three.
class RecurrentTest extends OperationContract {

  @Override
  String accepted() {
    return """
        lstm {"input_size": 8, "hidden_size": 5} | 7x8 | 7x5 | 20x8 20x5 20 20
        gru {"input_size": 8, "hidden_size": 5, "num_layers": 2, "bias": false} | 7x8 | 7x5 | 15x8 15x5 15x5 15x5
        lstm {"input_size": 3, "hidden_size": 2, "num_layers": 2, "bidirectional": true, "bias": false} | 7x3 | 7x4 | 8x3 8x2 8x3 8x2 8x4 8x2 8x4 8x2
        """;
  }

  @Override
  String refused() {
    return """
        lstm {"input_size": 0, "hidden_size": 5} | 7x8 | input_size < 1: 0
        lstm {"input_size": 8, "hidden_size": 0} | 7x8 | hidden_size < 1: 0
        lstm {"input_size": 8, "hidden_size": 5, "num_layers": 0} | 7x8 | num_layers < 1: 0
        lstm {"input_size": 8, "hidden_size": 5, "num_layers": 1025} | 7x8 | num_layers > 1024: 1025
        lstm {"input_size": 7, "hidden_size": 5} | 7x8 | input_size is 7, but the input has 8
        """;
  }
}
