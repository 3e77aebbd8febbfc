package dev.headroom.api.job;

import dev.headroom.api.problem.Parameters;
import dev.headroom.api.problem.Problem;
import dev.headroom.calibration.Calibration;
import dev.headroom.calibration.History;
import dev.headroom.calibration.JobKind;
import dev.headroom.calibration.MeasuredSize;
import dev.headroom.calibration.Prior;
import dev.headroom.calibration.drift.DriftExplainer;
import dev.headroom.calibration.drift.Explanation;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.MemoryPeaks;
import dev.headroom.ledger.state.Registration;
import dev.headroom.live.LedgerKeeper;
import dev.headroom.live.Predictions;
import dev.headroom.memory.MemorySize;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/// Why a job may hold other than its layer config says. It takes some dozens of predictions, so one
/// is worked out at a time.
@Path("/api/v1/jobs")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
final class ExplanationResource {

  private final LedgerKeeper keeper;
  private final Predictions predictions;
  private final Calibration calibration = new History(Prior.BUILT_IN).calibration();
  private final Semaphore free = new Semaphore(1);

  ExplanationResource(LedgerKeeper keeper, Predictions predictions) {
    this.keeper = keeper;
    this.predictions = predictions;
  }

  /// What would explain a job's drift, the best first; empty where nothing does.
  record Explanations(String job, List<ExplanationView> explanations) {}

  /// @param cause such as `batch_size`
  /// @param words such as `batch 64 (declared 32)`
  record ExplanationView(String cause, String words) {

    private static ExplanationView of(Explanation explanation) {
      return new ExplanationView(explanation.cause().wireName(), explanation.words());
    }
  }

  @GET
  @Path("/{job}/explanations")
  @Operation(summary = "What would explain that a job holds other than its layer config says")
  public Explanations explanations(@RestPath String job) {
    JobState state = keeper.snapshot().jobs().get(job);
    if (state == null) {
      throw Problem.of(404, "job unknown: " + Parameters.shown(job)).exception();
    }
    Registration registration = state.registration();
    if (registration == null) {
      return new Explanations(job, List.of());
    }
    if (!free.tryAcquire()) {
      var busy = Problem.of(429, "another job is being explained").exception();
      busy.getResponse().getHeaders().putSingle(HttpHeaders.RETRY_AFTER, 1);
      throw busy;
    }
    try {
      var config = registration.config();
      var kind = new JobKind("", config.framework(), config.model());
      List<Explanation> found =
          new DriftExplainer(predictions::predict, calibration)
              .explain(kind, config, measured(state.peaks()));
      return new Explanations(job, found.stream().map(ExplanationView::of).toList());
    } finally {
      free.release();
    }
  }

  /// The process is left out: what it holds beyond the allocator is known too roughly.
  private static Map<MeasuredSize, MemorySize> measured(MemoryPeaks peaks) {
    var measured = new EnumMap<MeasuredSize, MemorySize>(MeasuredSize.class);
    put(measured, MeasuredSize.ALLOCATED, peaks.allocated());
    put(measured, MeasuredSize.RESERVED, peaks.reserved());
    return measured;
  }

  private static void put(
      Map<MeasuredSize, MemorySize> measured, MeasuredSize size, @Nullable MemorySize peak) {
    if (peak != null) {
      measured.put(size, peak);
    }
  }
}
