package dev.headroom.api.accuracy;

import dev.headroom.status.Histogram;
import dev.headroom.status.IngestStatus;
import dev.headroom.status.PredictionRecord;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;

/// How right the predictions of settled jobs were: those that this replica owned since it started.
@Path("/api/v1/accuracy")
@Produces(MediaType.APPLICATION_JSON)
final class AccuracyResource {

  private final IngestStatus status;

  AccuracyResource(IngestStatus status) {
    this.status = status;
  }

  /// The predictions of one size, by framework and GPU model.
  ///
  /// @param settled jobs that have settled
  /// @param withinP95 of those, how many held at most P95
  /// @param cappedFailures the share that a cap at P95 would have killed
  /// @param within10Percent the share whose peak was within a tenth of P50
  record Accuracy(
      String size,
      String framework,
      String gpuModel,
      long settled,
      long withinP95,
      double cappedFailures,
      double within10Percent) {

    private static final double TENTH = 0.1;

    private static Accuracy of(PredictionRecord.Score score) {
      double settled = score.withinP95() + (double) score.aboveP95();
      return new Accuracy(
          score.group().size(),
          score.group().framework(),
          score.group().gpuModel(),
          (long) settled,
          score.withinP95(),
          score.aboveP95() / settled,
          withinATenth(score.errors()) / settled);
    }

    private static long withinATenth(Histogram errors) {
      long count = 0;
      for (int i = 0; i < errors.bounds().size(); i++) {
        double bound = errors.bounds().get(i);
        if (bound > -TENTH && bound <= TENTH) {
          count += errors.counts().get(i);
        }
      }
      return count;
    }
  }

  @GET
  public List<Accuracy> accuracy() {
    return status.predictions().stream().map(Accuracy::of).toList();
  }
}
