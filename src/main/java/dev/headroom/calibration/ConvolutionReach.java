package dev.headroom.calibration;

import dev.headroom.memory.MemorySize;
import dev.headroom.network.Layer;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Network;
import dev.headroom.network.Undescribed;
import dev.headroom.network.operation.Convolution;

/// How much the largest convolution with a workspace reads and writes.
///
/// cuDNN's fast algorithms for a convolution whose kernel is wider than one and moves by one hold
/// transformed copies of input and output (Lavin and Gray, *Fast Algorithms for Convolutional
/// Neural Networks*, 2016: 2.25 to 4 numbers for each of a 3×3 convolution), which the framework's
/// allocator hands out and keeps. Depthwise convolutions have kernels of their own without
/// workspaces. How much of it a GPU really takes is learned.
final class ConvolutionReach {

  private ConvolutionReach() {}

  static MemorySize of(LayerConfig config) {
    return switch (config.description()) {
      case Undescribed _ -> MemorySize.ZERO;
      case Network network -> {
        long elements = 0;
        for (Layer layer : network.layers()) {
          if (layer.operation() instanceof Convolution convolution && hasWorkspace(convolution)) {
            elements = Math.max(elements, elements(config, network, layer));
          }
        }
        yield new MemorySize(elements).times(config.setup().precision().autocast().bytes());
      }
    };
  }

  private static boolean hasWorkspace(Convolution convolution) {
    boolean isDepthwise =
        convolution.groups() == convolution.inChannels() && convolution.groups() > 1;
    return !isDepthwise
        && convolution.kernelSize().stream().anyMatch(extent -> extent > 1)
        && convolution.stride().stream().allMatch(step -> step == 1);
  }

  private static long elements(LayerConfig config, Network network, Layer layer) {
    long batch = config.setup().batchSize();
    return Math.addExact(
        network.value(layer.inputs().getFirst()).elements(batch),
        network.value(layer.name()).elements(batch));
  }
}
