package dev.headroom.wire.jobsummary;

import dev.headroom.ledger.event.JobEvent;
import dev.headroom.ledger.event.JobForgotten;
import dev.headroom.ledger.event.JobSummarized;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.LastSampleTimes;
import dev.headroom.ledger.state.MemoryPeaks;
import dev.headroom.ledger.state.Placement;
import dev.headroom.ledger.state.SampleOffset;
import dev.headroom.ledger.state.StepPeaks;
import dev.headroom.ledger.state.VerdictCounts;
import dev.headroom.memory.Category;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.Ownership;
import dev.headroom.sample.RunOutcome;
import dev.headroom.wire.Decoded;
import dev.headroom.wire.RecordDecoder;
import dev.headroom.wire.json.MalformedException;
import dev.headroom.wire.json.MessageReader;
import dev.headroom.wire.json.RecordKeys;
import dev.headroom.wire.json.StringPool;
import dev.headroom.wire.json.WireNames;
import dev.headroom.wire.memorysample.MemorySampleDecoder;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Decodes `headroom.job-summaries`: summaries, and what settled runs teach. A null value says that
/// the job is no longer listed. Of one thread.
public final class JobSummaryDecoder implements RecordDecoder {

  /// The largest job's placements fit: 8192 of at most 1200 bytes. Compressed they fit into 8 MiB.
  public static final int MAX_BYTES = 16 * 1024 * 1024;

  static final String SCHEMA = "headroom/job-summary/1";
  private static final int POOL_BITS = 17;

  private final StringPool names = new StringPool(POOL_BITS);

  /// Decodes one record.
  ///
  /// @param key the job's name, or `JOB/RUN`
  @Override
  public Decoded decode(byte @Nullable [] key, byte @Nullable [] value) {
    try {
      if (value != null && LessonDecoder.isLesson(key)) {
        return new Decoded.Taught(LessonDecoder.read(key, value, names));
      }
      return new Decoded.Event(event(key, value));
    } catch (MalformedException e) {
      return new Decoded.Malformed(String.valueOf(e.getMessage()));
    }
  }

  private JobEvent event(byte @Nullable [] key, byte @Nullable [] value) throws MalformedException {
    if (value == null) {
      return RecordKeys.removed(key, JobForgotten::new);
    }
    JobSummarized summarized =
        MessageReader.read(value, MAX_BYTES, names, reader -> new Fields().read(reader));
    RecordKeys.require(key, "job", summarized.state().job());
    return summarized;
  }

  private static final class Fields {

    private @Nullable String schema;
    private @Nullable String job;
    private @Nullable String run;
    private @Nullable String owner;
    private @Nullable String team;
    private @Nullable String namespace;
    private @Nullable Integer partition;
    private @Nullable Instant asOf;
    private @Nullable String topic;
    private long offset;
    private @Nullable String content;
    private @Nullable Instant began;
    private @Nullable Instant firstSample;
    private @Nullable Instant lastSample;
    private @Nullable Instant endedAt;
    private long applied;
    private long duplicate;
    private long late;
    private long skewed;
    private MemoryPeaks peaks = MemoryPeaks.NONE;
    private MemoryPeaks repeated = MemoryPeaks.NONE;
    private @Nullable MemorySize beside;
    private @Nullable Instant risen;
    private List<String> pastRuns = List.of();
    private final List<Placement> placements = new ArrayList<>(2);

    JobSummarized read(MessageReader in) throws MalformedException, IOException {
      for (String field = in.nextField(); field != null; field = in.nextField()) {
        if (!in.isNull()) {
          take(field, in);
        }
      }
      MessageReader.required("schema", schema);
      String named = MessageReader.required("job", job);
      int of = MessageReader.required("partition", partition);
      Instant written = MessageReader.required("as_of", asOf);
      return new JobSummarized(
          JobState.restored(
                  named,
                  run,
                  of,
                  content,
                  placements,
                  peaks,
                  new VerdictCounts(applied, duplicate, late, skewed),
                  StepPeaks.restored(repeated, beside, risen),
                  began,
                  firstSample,
                  lastSample,
                  endedAt,
                  written,
                  pastRuns)
              .attributedTo(Ownership.of(owner, team, namespace)),
          written,
          new SampleOffset(topic, offset));
    }

    private void take(String field, MessageReader in) throws MalformedException, IOException {
      switch (field) {
        case "schema" -> {
          in.schema(SCHEMA);
          schema = SCHEMA;
        }
        case "job" -> job = in.string(field);
        case "run" -> run = in.string(field);
        case "owner" -> owner = in.string(field);
        case "team" -> team = in.string(field);
        case "namespace" -> namespace = in.string(field);
        case "partition" -> partition = in.smallInteger(field);
        case "as_of" -> asOf = in.time(field);
        case "topic_id" -> topic = in.string(field);
        case "offset" -> offset = in.integer(field);
        case "content" -> content = in.string(field);
        case "began" -> began = in.time(field);
        case "first_sample" -> firstSample = in.time(field);
        case "last_sample" -> lastSample = in.time(field);
        case "ended_at" -> endedAt = in.time(field);
        case "applied" -> applied = in.integer(field);
        case "duplicate" -> duplicate = in.integer(field);
        case "late" -> late = in.integer(field);
        case "skewed" -> skewed = in.integer(field);
        case "peak" -> peaks = peaks(in);
        case "repeated_peak" -> repeated = peaks(in);
        case "beside_bytes" -> beside = in.size(field);
        case "risen" -> risen = in.time(field);
        case "past_runs" -> pastRuns = in.strings(field);
        case "placements" -> {
          in.array(field);
          while (in.nextElement()) {
            in.object(field);
            placements.add(new PlacementFields().read(in));
          }
        }
        default -> in.skip();
      }
    }

    private static MemoryPeaks peaks(MessageReader in) throws MalformedException, IOException {
      in.object("peak");
      @Nullable MemorySize allocated = null;
      @Nullable MemorySize reserved = null;
      @Nullable MemorySize process = null;
      for (String field = in.nextField(); field != null; field = in.nextField()) {
        switch (field) {
          case "allocated_bytes" -> allocated = in.size(field);
          case "reserved_bytes" -> reserved = in.size(field);
          case "process_used_bytes" -> process = in.size(field);
          default -> in.skip();
        }
      }
      return new MemoryPeaks(allocated, reserved, process);
    }
  }

  private static final class PlacementFields {

    private @Nullable Integer rank;
    private @Nullable String gpu;
    private @Nullable String host;
    private @Nullable Long pid;
    private long nvml;
    private long cuda;
    private long framework;
    private long unnamed;
    private @Nullable MemorySize processUsed;
    private @Nullable MemorySize deviceUsed;
    private @Nullable MemorySize deviceTotal;
    private @Nullable MemorySize allocated;
    private @Nullable MemorySize reserved;
    private Map<Category, MemorySize> categories = Map.of();
    private @Nullable JobPhase phase;
    private @Nullable Long step;
    private @Nullable RunOutcome outcome;
    private MemoryPeaks peaks = new MemoryPeaks(null, null, null);
    private boolean contested;

    Placement read(MessageReader in) throws MalformedException, IOException {
      for (String field = in.nextField(); field != null; field = in.nextField()) {
        if (!in.isNull()) {
          take(field, in);
        }
      }
      return new Placement(
          rank,
          MessageReader.required("gpu", gpu),
          host,
          pid,
          new LastSampleTimes(nvml, cuda, framework, unnamed),
          new MemorySample.Sizes(processUsed, deviceUsed, deviceTotal, allocated, reserved),
          categories,
          phase,
          step,
          outcome,
          peaks,
          contested,
          null,
          free());
    }

    private long free() {
      return deviceTotal == null || deviceUsed == null
          ? -1
          : deviceTotal.minusOrZero(deviceUsed).bytes();
    }

    private void take(String field, MessageReader in) throws MalformedException, IOException {
      switch (field) {
        case "rank" -> rank = in.smallInteger(field);
        case "gpu" -> gpu = in.string(field);
        case "host" -> host = in.string(field);
        case "pid" -> pid = in.integer(field);
        case "nvml_at" -> nvml = in.integer(field);
        case "cuda_at" -> cuda = in.integer(field);
        case "framework_at" -> framework = in.integer(field);
        case "unnamed_at" -> unnamed = in.integer(field);
        case "process_used_bytes" -> processUsed = in.size(field);
        case "device_used_bytes" -> deviceUsed = in.size(field);
        case "device_total_bytes" -> deviceTotal = in.size(field);
        case "allocated_bytes" -> allocated = in.size(field);
        case "reserved_bytes" -> reserved = in.size(field);
        case "categories" -> categories = MemorySampleDecoder.categories(in);
        case "phase" -> phase = WireNames.phase(in.string(field));
        case "step" -> step = in.integer(field);
        case "outcome" -> outcome = WireNames.outcome(in.string(field));
        case "peak" -> peaks = Fields.peaks(in);
        case "contested" -> contested = in.integer(field) != 0;
        default -> in.skip();
      }
    }
  }
}
