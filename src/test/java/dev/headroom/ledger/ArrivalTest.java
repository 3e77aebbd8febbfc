package dev.headroom.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ledger.state.Registration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ArrivalTest {

  @Test
  void whatWasCalibratedIsAsOfOneInstant() {
    // Given
    Registration registration = SnapshotBuilder.config("a", "m").registration();
    Map<String, Registration> registrations = new HashMap<>(Map.of("a", registration));
    var arrival = new Arrival.Calibrated(registrations);

    // When
    registrations.clear();

    // Then
    assertThat(arrival.registrations()).containsExactly(Map.entry("a", registration));
  }
}
