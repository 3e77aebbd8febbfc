package dev.headroom.budget.iteration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.autograd.Pass;
import dev.headroom.budget.autograd.SavedTensorVersions;
import dev.headroom.budget.model.DeviceModel;
import dev.headroom.budget.model.LayerIndex;
import dev.headroom.budget.trace.AllocationLog;
import dev.headroom.network.Layer;
import dev.headroom.network.Lifetimes;
import dev.headroom.network.Loss;
import dev.headroom.network.Network;
import dev.headroom.network.operation.Activation;
import dev.headroom.network.operation.Linear;
import dev.headroom.network.setup.Framework;
import dev.headroom.network.setup.Parallelism;
import dev.headroom.network.setup.Parallelism.Strategy;
import dev.headroom.network.tensor.DType;
import dev.headroom.network.tensor.Input;
import dev.headroom.network.tensor.TensorShape;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Four layers of 64, 128, 192 and 256 parameters, without biases, and one without.
class GatheredUnitsTest {

  private static final int SHARDS = 8;
  private static final Network NETWORK =
      new Network(
          List.of(new Input("x", TensorShape.of(8), DType.FLOAT32)),
          List.of(
              layer("h.0.a", 8),
              layer("h.0.b", 16),
              Layer.of("act", List.of("x"), new Activation(Activation.Kind.RELU, false)),
              layer("h.1", 24),
              layer("head", 32)),
          List.of(),
          new Loss(Loss.Kind.NONE, List.of()),
          Lifetimes.ASSUMED);

  private final AllocationLog log = new AllocationLog();
  private final DeviceModel model =
      DeviceModel.place(NETWORK, new LayerIndex(NETWORK.layers()), DType.FLOAT32, SHARDS, log);
  private final long shares = log.live();
  private final Pass pass = new Pass(log, SavedTensorVersions.of(Framework.UNKNOWN), true);

  @Test
  void twoLayersAreThereAtATimeWhereNoModuleIsWrapped() {
    GatheredUnits units = units(List.of(), true);
    assertThat(gathered(units, 0)).isEqualTo(4 * 64);
    assertThat(gathered(units, 0)).isEqualTo(4 * 64);
    assertThat(gathered(units, 1)).isEqualTo(4 * (64 + 128));
    assertThat(gathered(units, 2)).isEqualTo(4 * (64 + 128));
    assertThat(gathered(units, 3)).isEqualTo(4 * (128 + 192));
    assertThat(gathered(units, -1)).isEqualTo(4 * (128 + 192));
    assertThat(gathered(units, 4)).isEqualTo(4 * (192 + 256));
    units.release(pass);
    assertThat(log.live()).isEqualTo(shares);
  }

  @Test
  void aWrappedModuleIsOneUnitAndTheRootStays() {
    GatheredUnits units = units(List.of("h.0", "h.1"), true);
    assertThat(gathered(units, 4)).isEqualTo(4 * 256);
    assertThat(gathered(units, 0)).isEqualTo(4 * (256 + 64 + 128));
    assertThat(gathered(units, 1)).isEqualTo(4 * (256 + 64 + 128));
    assertThat(gathered(units, 3)).isEqualTo(4 * (256 + 64 + 128 + 192));
    units.release(pass);
    assertThat(log.live()).isEqualTo(shares);
  }

  @Test
  void withoutReshardingEveryUnitStays() {
    GatheredUnits units = units(List.of("h.0", "h.1"), false);
    assertThat(gathered(units, 0)).isEqualTo(4 * (64 + 128));
    assertThat(gathered(units, 3)).isEqualTo(4 * (64 + 128 + 192));
    assertThat(gathered(units, 4)).isEqualTo(4 * (64 + 128 + 192 + 256));
    units.release(pass);
    assertThat(log.live()).isEqualTo(shares);
  }

  @Test
  void thereIsNothingToGatherWhereNothingIsShared() {
    var units = new GatheredUnits(NETWORK, model, Parallelism.NONE, false);
    assertThat(gathered(units, 0)).isZero();
  }

  private GatheredUnits units(List<String> wrapped, boolean reshard) {
    return new GatheredUnits(
        NETWORK, model, new Parallelism(Strategy.FSDP, SHARDS, false, wrapped, reshard, 25), true);
  }

  private long gathered(GatheredUnits units, int layer) {
    units.gather(pass, layer);
    return log.live() - shares;
  }

  private static Layer layer(String name, int out) {
    return Layer.of(name, List.of("x"), new Linear(8, out, false));
  }
}
