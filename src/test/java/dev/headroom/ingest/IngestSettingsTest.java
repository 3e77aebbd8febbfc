package dev.headroom.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ledger.LedgerLimits;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What an operator gets who sets nothing, and what the ledger's bounds are made of.
class IngestSettingsTest {

  @Test
  void whatIsNotSetIsAsTheDocumentsSay() {
    IngestSettings settings = settings(Map.of());
    assertThat(settings.enabled()).isTrue();
    assertThat(settings.kafka()).isEqualTo("broker:9092");
    assertThat(settings.group()).isEqualTo("headroom-monitor");
    assertThat(settings.checkpoint()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.session()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.samplePartitions()).isEqualTo(12);
    assertThat(settings.otherPartitions()).isEqualTo(3);
    assertThat(settings.replicationFactor()).isEmpty();
    assertThat(settings.sampleRetention()).isEqualTo(Duration.ofHours(1));
    assertThat(settings.deadLetterBurst()).isEqualTo(20_000);
    assertThat(settings.deadLettersPerSecond()).isEqualTo(500);
    assertThat(settings.limits()).isEqualTo(LedgerLimits.DEFAULT);
  }

  @Test
  void theLedgersBoundsAreThoseThatAreSet() {
    LedgerLimits normal = LedgerLimits.DEFAULT;
    assertThat(
            settings(
                    Map.of(
                        "headroom.ingest.max-jobs", "11",
                        "headroom.ingest.max-placements", "22",
                        "headroom.ingest.max-gpus", "33",
                        "headroom.ingest.forgotten-after", "44m",
                        "headroom.ingest.ended-grace", "55s"))
                .limits())
        .isEqualTo(
            new LedgerLimits(
                11,
                normal.registrations(),
                normal.layers(),
                22,
                33,
                normal.ahead(),
                normal.silent(),
                Duration.ofMinutes(44),
                Duration.ofSeconds(55)));
  }

  static IngestSettings settings(Map<String, String> set) {
    SmallRyeConfig config =
        new SmallRyeConfigBuilder()
            .withMapping(IngestSettings.class)
            .withDefaultValue("headroom.ingest.kafka", "broker:9092")
            .withDefaultValues(set)
            .withConverter(Duration.class, 100, new DurationConverter())
            .build();
    return config.getConfigMapping(IngestSettings.class);
  }
}
