package dev.headroom.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/// Makes the pictures of the documents anew, from minutes of the demo:
///
/// `./headroom verify -Dtest=PromqlTest -Dit.test=BoardPicturesIT -Dheadroom.pictures=docs/images`
@EnabledIfSystemProperty(named = "headroom.pictures", matches = ".+")
class BoardPicturesIT {

  /// Long enough for one job to fill its GPU, die of it, and begin again.
  private static final Duration LIVES = Duration.ofMinutes(4);

  private static final long PAST_SECONDS = 20;

  /// What a README may weigh.
  private static final long MAX_BYTES = 450 * 1024;

  @Test
  void everyBoardIsDrawn(@TempDir Path folder) throws Exception {
    // Given
    Path pictures = Path.of(System.getProperty("headroom.pictures"));
    try (var watched = new MonitoredDemo(PAST_SECONDS, folder)) {
      Instant end = Instant.now().plus(LIVES);

      // When
      await()
          .atMost(LIVES.plusMinutes(1))
          .pollInterval(Duration.ofSeconds(1))
          .until(() -> Instant.now().isAfter(end));
      var complaints =
          new BoardPictures(watched, "efficientnet-b3-dying", LIVES).drawInto(pictures);

      // Then
      assertThat(complaints).isEmpty();
      for (Board board : Board.all()) {
        assertThat(Files.size(pictures.resolve(board.uid() + ".png"))).isLessThan(MAX_BYTES);
      }
    }
  }
}
