package dev.headroom.api.accuracy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.status.IngestStatus;
import dev.headroom.status.PredictionRecord.Group;
import org.junit.jupiter.api.Test;

class AccuracyResourceTest {

  @Test
  void aGroupSaysHowOftenItWasRight() {
    // Given
    var status = new IngestStatus();
    var group = new Group("device", "pytorch 2.15", "A100");
    for (double ratio : new double[] {-0.1, -0.09, 0, 0.1, 0.11, 0.7, -0.4, 2}) {
      status.recordPrediction(group, ratio, ratio < 0.5);
    }

    // Then
    assertThat(new AccuracyResource(status).accuracy())
        .containsExactly(
            new AccuracyResource.Accuracy(
                "device", "pytorch 2.15", "A100", 8, 6, 2 / 8.0, 3 / 8.0));
  }
}
