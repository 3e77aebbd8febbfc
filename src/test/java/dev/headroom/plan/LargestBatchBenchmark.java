package dev.headroom.plan;

import dev.headroom.budget.whatif.LargestBatch;
import dev.headroom.gpu.CudaDevice;
import dev.headroom.network.LayerConfig;
import dev.headroom.plan.fit.FitCheck;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What it costs to find the largest batch that fits an A100-80GB.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgsAppend = "-XX:+UseSerialGC")
public class LargestBatchBenchmark {

  /// A reference network, or Llama 7B.
  @Param({"resnet50", "llama-32-blocks"})
  public String network = "";

  private final CudaDevice gpu = GpuCatalogueReader.own().device("A100-80GB").orElseThrow();
  private final FitCheck check = GoldenConfigs.check();
  private LayerConfig config = GoldenConfigs.of("resnet50");

  @Setup
  public void read() {
    config =
        network.equals("llama-32-blocks") ? Llama.ofThirtyTwoBlocks() : GoldenConfigs.of(network);
  }

  /// Returns the batch, so that nothing is optimised away.
  @Benchmark
  public LargestBatch largestBatch() {
    return check.largestBatch(config, gpu);
  }
}
