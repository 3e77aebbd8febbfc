package dev.headroom.network.operation;

/// It is as the config says.
class OpaqueTest extends OperationContract {

  @Override
  String accepted() {
    return """
        opaque {"operator": "aten::foo", "output_shape": [3, 4], "parameters": 7, "saves_inputs": [0, 1], "saves_output": true, "saved_bytes_per_sample": 5, "saved_bytes": 6} | 8 9 | 3x4 | 7
        opaque {"operator": "aten::foo", "output_shape": []} | | .
        opaque {"operator": "aten::foo", "output_shape": [2]} | 1 2 3 4 5 | 2
        """;
  }

  @Override
  String refused() {
    return """
        opaque {"operator": "f", "output_shape": [2], "parameters": -1} | 1 | parameters < 0: -1
        opaque {"operator": "f", "output_shape": [2], "saved_bytes": -1} | 1 | saved_bytes < 0: -1
        opaque {"operator": "f", "output_shape": [2], "saved_bytes_per_sample": -1} | 1 | saved_bytes_per_sample < 0: -1
        opaque {"operator": "f", "output_shape": [2], "saves_inputs": [-1]} | 1 | saves_inputs < 0: -1
        opaque {"operator": "f", "output_shape": [2], "saves_inputs": [1048576]} | 1 | saves_inputs >= 1048576: 1048576
        opaque {"operator": "f", "output_shape": [2], "saves_inputs": [0, 2]} | 1 1 | inputs < 3: 2
        """;
  }
}
