package dev.headroom.wire.jobsummary;

import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.LastSampleTimes;
import dev.headroom.ledger.state.MemoryPeaks;
import dev.headroom.ledger.state.Placement;
import dev.headroom.ledger.state.SampleOffset;
import dev.headroom.memory.Category;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.MemorySample;
import dev.headroom.wire.json.MessageWriter;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Encodes `headroom.job-summaries`: all of a job's state that no other topic holds. The record's
/// key is the job.
public final class JobSummaryEncoder {

  private JobSummaryEncoder() {}

  /// Encodes one job.
  ///
  /// @param offset the first sample of the job's partition that is not in it
  /// @param asOf when the state was so
  public static byte[] encode(JobState state, SampleOffset offset, Instant asOf) {
    return MessageWriter.write(
        out -> {
          out.string("schema", JobSummaryDecoder.SCHEMA);
          out.string("job", state.job());
          out.string("run", state.run());
          // A config outlives no run: one that ended keeps what its config said.
          out.ownership(state.endedAt() == null ? state.attributed() : state.ownership());
          out.integer("partition", state.partition());
          out.string("topic_id", offset.topic());
          out.integer("offset", offset.offset());
          out.string("as_of", asOf.toString());
          out.string("content", state.content());
          time(out, "began", state.began());
          time(out, "first_sample", state.firstSample());
          time(out, "last_sample", state.lastSample());
          time(out, "ended_at", state.endedAt());
          if (state.endedAt() != null) {
            out.string("outcome", state.outcome().wireName());
          }
          out.integer("applied", state.tally().applied());
          out.integer("duplicate", state.tally().duplicate());
          out.integer("late", state.tally().late());
          out.integer("skewed", state.tally().skewed());
          peaks(out, "peak", state.peaks());
          if (!state.steps().repeated().equals(MemoryPeaks.NONE)) {
            peaks(out, "repeated_peak", state.steps().repeated());
          }
          out.size("beside_bytes", state.steps().beside());
          time(out, "risen", state.steps().risen());
          MemoryPeaks predicted = state.predictedPeaks().orElse(null);
          if (predicted != null) {
            out.object(
                "predicted",
                inner -> {
                  inner.size("allocated_bytes", predicted.allocated());
                  inner.size("reserved_bytes", predicted.reserved());
                  inner.size("device_bytes", predicted.process());
                });
          }
          out.nonEmptyStrings("past_runs", state.pastRuns());
          out.startArray("placements");
          for (Placement placement : state.placements()) {
            out.element(inner -> placement(inner, placement));
          }
          out.endArray();
        });
  }

  private static void placement(MessageWriter out, Placement placement) throws IOException {
    out.integer("rank", placement.rank());
    out.string("gpu", placement.gpu());
    out.string("host", placement.host());
    out.integer("pid", placement.pid());
    LastSampleTimes times = placement.times();
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
      out.string("phase", placement.phase().wireName());
    }
    out.integer("step", placement.step());
    if (placement.outcome() != null) {
      out.string("outcome", placement.outcome().wireName());
    }
    peaks(out, "peak", placement.peaks());
    if (placement.contested()) {
      out.integer("contested", 1);
    }
  }

  private static void peaks(MessageWriter out, String field, MemoryPeaks peaks) throws IOException {
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
      out.string(field, time.toString());
    }
  }

  private static void nanos(MessageWriter out, String field, long nanos) throws IOException {
    if (nanos != 0) {
      out.integer(field, nanos);
    }
  }
}
