package dev.headroom.calibration.drift;

import dev.headroom.memory.MemorySize;
import dev.headroom.network.Layer;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Network;
import dev.headroom.network.tensor.Input;
import dev.headroom.network.tensor.TensorShape;

/// What a model's parameters and buffers take, each in a block of the allocator: rounded up to 512
/// bytes (PyTorch, `CUDACachingAllocator.cpp`).
final class ModelCopy {

  private static final long BLOCK = 512;

  private ModelCopy() {}

  static MemorySize of(LayerConfig config, Network network) {
    long element = config.setup().precision().parameters().bytes();
    long bytes = 0;
    for (Layer layer : network.layers()) {
      if (layer.traits().shares().isEmpty()) {
        int given = layer.traits().weight().isEmpty() ? 0 : 1;
        for (TensorShape shape : layer.operation().parameters().stream().skip(given).toList()) {
          bytes += block(Math.multiplyExact(shape.elements(), element));
        }
        for (Input buffer : layer.operation().buffers()) {
          bytes += block(Math.multiplyExact(buffer.shape().elements(), buffer.dtype().bytes()));
        }
      }
    }
    return new MemorySize(bytes);
  }

  private static long block(long bytes) {
    return Math.ceilDiv(bytes, BLOCK) * BLOCK;
  }
}
