package dev.headroom.wire;

import dev.headroom.budget.Category;
import dev.headroom.budget.MemorySize;
import dev.headroom.ledger.JobState;
import dev.headroom.ledger.LastTimes;
import dev.headroom.ledger.MemorySample;
import dev.headroom.ledger.Peaks;
import dev.headroom.ledger.Placement;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Encodes `headroom.job-summaries`: all of a job's state that no other topic holds. The record's
/// key
/// is the job.
public final class JobSummaryEncoder {

  private JobSummaryEncoder() {}

  /// Encodes one job.
  ///
  /// @param offset the first sample of the job's partition that is not in it
  /// @param asOf when the state was so
  public static byte[] encode(JobState state, long offset, Instant asOf) {
    return MessageWriter.write(
        out -> {
          out.text("schema", JobSummaryDecoder.SCHEMA);
          out.text("job", state.job());
          out.text("run", state.run());
          out.number("partition", state.partition());
          out.number("offset", offset);
          out.text("as_of", asOf.toString());
          out.text("content", state.content());
          time(out, "began", state.began());
          time(out, "first_sample", state.firstSample());
          time(out, "last_sample", state.lastSample());
          time(out, "ended_at", state.endedAt());
          if (state.endedAt() != null) {
            out.text("outcome", state.outcome().wireName());
          }
          out.number("applied", state.tally().applied());
          out.number("duplicate", state.tally().duplicate());
          out.number("late", state.tally().late());
          out.number("skewed", state.tally().skewed());
          peaks(out, "peak", state.peaks());
          if (state.budget().isPresent()) {
            var peak = state.budget().orElseThrow().peak();
            out.object(
                "predicted",
                inner -> {
                  inner.size("allocated_bytes", peak.allocated());
                  inner.size("reserved_bytes", peak.reserved());
                  inner.size("device_bytes", peak.device());
                });
          }
          out.texts("past_runs", state.pastRuns());
          out.startArray("placements");
          for (Placement placement : state.placements()) {
            out.element(inner -> placement(inner, placement));
          }
          out.endArray();
        });
  }

  private static void placement(MessageWriter out, Placement placement) throws IOException {
    out.number("rank", placement.rank());
    out.text("gpu", placement.gpu());
    out.text("host", placement.host());
    out.number("pid", placement.pid());
    LastTimes times = placement.times();
    nanos(out, "nvml_at", times.nvml());
    nanos(out, "cuda_at", times.cuda());
    nanos(out, "framework_at", times.framework());
    nanos(out, "unnamed_at", times.unnamed());
    MemorySample.Sizes latest = placement.latest();
    out.size("process_used_bytes", latest.processUsed());
    out.size("device_used_bytes", latest.deviceUsed());
    out.size("device_total_bytes", latest.deviceTotal());
    out.size("allocated_bytes", latest.allocated());
    out.size("reserved_bytes", latest.reserved());
    if (!placement.categories().isEmpty()) {
      out.object(
          "categories",
          inner -> {
            for (Map.Entry<Category, MemorySize> entry : placement.categories().entrySet()) {
              inner.size(entry.getKey().wireName(), entry.getValue());
            }
          });
    }
    if (placement.phase() != null) {
      out.text("phase", placement.phase().wireName());
    }
    out.number("step", placement.step());
    if (placement.outcome() != null) {
      out.text("outcome", placement.outcome().wireName());
    }
    peaks(out, "peak", placement.peaks());
    if (placement.contested()) {
      out.number("contested", 1);
    }
  }

  private static void peaks(MessageWriter out, String field, Peaks peaks) throws IOException {
    out.object(
        field,
        inner -> {
          inner.size("allocated_bytes", peaks.allocated());
          inner.size("reserved_bytes", peaks.reserved());
          inner.size("process_used_bytes", peaks.process());
        });
  }

  private static void time(MessageWriter out, String field, @Nullable Instant time)
      throws IOException {
    if (time != null) {
      out.text(field, time.toString());
    }
  }

  private static void nanos(MessageWriter out, String field, long nanos) throws IOException {
    if (nanos != 0) {
      out.number(field, nanos);
    }
  }
}
