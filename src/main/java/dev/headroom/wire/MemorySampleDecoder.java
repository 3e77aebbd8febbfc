package dev.headroom.wire;

import dev.headroom.budget.Category;
import dev.headroom.budget.MemorySize;
import dev.headroom.ledger.MemorySample;
import dev.headroom.ledger.Outcome;
import dev.headroom.ledger.Phase;
import dev.headroom.ledger.Source;
import java.io.IOException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Decodes `headroom.memory-samples` from bytes to records, without a tree in between. Keeps the
/// names it has seen, so that the same job is the same string: of one thread.
public final class MemorySampleDecoder {

  public static final int MAX_BYTES = 64 * 1024;
  static final String SCHEMA = "headroom/memory-sample/1";
  private static final int POOL_BITS = 17;

  private final StringPool names = new StringPool(POOL_BITS);

  /// Decodes one record.
  ///
  /// @param key the job's name; a record under another key would reach the wrong replica
  /// @param value null for a tombstone, which means nothing in this topic
  public Decoded decode(byte @Nullable [] key, byte @Nullable [] value) {
    if (value == null) {
      return new Decoded.Malformed("no value");
    }
    try {
      MemorySample sample =
          MessageReader.read(value, MAX_BYTES, names, reader -> new Fields().read(reader));
      Keys.require(key, "job", sample.job());
      return new Decoded.Event(sample);
    } catch (MalformedException e) {
      return new Decoded.Malformed(String.valueOf(e.getMessage()));
    }
  }

  static Map<Category, MemorySize> categories(MessageReader in)
      throws MalformedException, IOException {
    in.object("categories");
    var sizes = new EnumMap<Category, MemorySize>(Category.class);
    for (String name = in.nextField(); name != null; name = in.nextField()) {
      if (!in.isNull()) {
        sizes.put(WireNames.category(name), in.size(name));
      }
    }
    return sizes;
  }

  /// The fields of one message as they come, in whatever order.
  private static final class Fields {

    private @Nullable String schema;
    private @Nullable String job;
    private @Nullable String run;
    private @Nullable Integer rank;
    private @Nullable String host;
    private @Nullable Long pid;
    private @Nullable String gpu;
    private @Nullable Instant time;
    private @Nullable Source source;
    private @Nullable Phase phase;
    private @Nullable Long step;
    private @Nullable MemorySize processUsed;
    private @Nullable MemorySize deviceUsed;
    private @Nullable MemorySize deviceTotal;
    private @Nullable MemorySize allocated;
    private @Nullable MemorySize reserved;
    private Map<Category, MemorySize> categories = Map.of();
    private @Nullable Outcome outcome;

    MemorySample read(MessageReader in) throws MalformedException, IOException {
      for (String field = in.nextField(); field != null; field = in.nextField()) {
        if (!in.isNull()) {
          take(field, in);
        }
      }
      if (schema == null) {
        throw MessageReader.missing("schema");
      }
      if (job == null) {
        throw MessageReader.missing("job");
      }
      if (gpu == null) {
        throw MessageReader.missing("gpu");
      }
      if (time == null) {
        throw MessageReader.missing("time");
      }
      return new MemorySample(
          job,
          run,
          rank,
          host,
          pid,
          gpu,
          time,
          source,
          phase,
          step,
          new MemorySample.Sizes(processUsed, deviceUsed, deviceTotal, allocated, reserved),
          categories,
          outcome);
    }

    private void take(String field, MessageReader in) throws MalformedException, IOException {
      switch (field) {
        case "schema" -> {
          in.schema(SCHEMA);
          schema = SCHEMA;
        }
        case "job" -> job = in.text(field);
        case "run" -> run = in.text(field);
        case "rank" -> rank = in.small(field);
        case "host" -> host = in.text(field);
        case "pid" -> pid = in.whole(field);
        case "gpu" -> gpu = in.text(field);
        case "time" -> time = in.time(field);
        case "source" -> source = WireNames.source(in.text(field));
        case "phase" -> phase = WireNames.phase(in.text(field));
        case "step" -> step = in.whole(field);
        case "process_used_bytes" -> processUsed = in.size(field);
        case "device_used_bytes" -> deviceUsed = in.size(field);
        case "device_total_bytes" -> deviceTotal = in.size(field);
        case "allocated_bytes" -> allocated = in.size(field);
        case "reserved_bytes" -> reserved = in.size(field);
        case "categories" -> categories = categories(in);
        case "outcome" -> outcome = WireNames.outcome(in.text(field));
        default -> in.skip();
      }
    }
  }
}
