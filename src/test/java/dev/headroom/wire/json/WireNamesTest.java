package dev.headroom.wire.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.memory.Category;
import dev.headroom.network.tensor.DType;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.RunOutcome;
import dev.headroom.sample.SampleSource;
import org.junit.jupiter.api.Test;

class WireNamesTest {

  @Test
  void findsEachByItsName() throws MalformedException {
    for (Category it : Category.values()) {
      assertThat(WireNames.category(it.wireName())).isEqualTo(it);
    }
    for (DType it : DType.values()) {
      assertThat(WireNames.dtype("f", it.wireName())).isEqualTo(it);
    }
    for (RunOutcome it : RunOutcome.values()) {
      assertThat(WireNames.outcome(it.wireName())).isEqualTo(it);
    }
    for (JobPhase it : JobPhase.values()) {
      assertThat(WireNames.phase(it.wireName())).isEqualTo(it);
    }
    for (SampleSource it : SampleSource.values()) {
      assertThat(WireNames.source(it.wireName())).isEqualTo(it);
    }
  }

  @Test
  void refusesOthersByTheFieldsName() {
    assertThatThrownBy(() -> WireNames.category("x")).hasMessage("category is unknown: x");
    assertThatThrownBy(() -> WireNames.dtype("d", "x\n")).hasMessage("d is unknown: x\\u000A");
    assertThatThrownBy(() -> WireNames.outcome("x")).hasMessage("outcome is unknown: x");
    assertThatThrownBy(() -> WireNames.phase("x")).hasMessage("phase is unknown: x");
    assertThatThrownBy(() -> WireNames.source("x")).hasMessage("source is unknown: x");
  }
}
