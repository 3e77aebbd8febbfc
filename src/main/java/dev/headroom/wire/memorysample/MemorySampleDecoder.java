package dev.headroom.wire.memorysample;

import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.memory.Category;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.MemorySample;
import dev.headroom.wire.Decoded;
import dev.headroom.wire.RecordDecoder;
import dev.headroom.wire.json.MalformedException;
import dev.headroom.wire.json.MessageReader;
import dev.headroom.wire.json.RecordKeys;
import dev.headroom.wire.json.StringPool;
import dev.headroom.wire.json.WireNames;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Decodes `headroom.memory-samples`: samples in the usual form by [FastSampleReader], all others
/// by the parser, which alone refuses. Equal names give the same string. Of one thread.
///
/// ```java
/// switch (decoder.decode(record.key(), record.value())) {
///   case Decoded.Event(JobEvent event) -> arrivals.add(new Arrival.Received(event, partition));
///   case Decoded.Malformed(String reason) -> deadLetters.send(record, reason);
/// }
/// ```
public final class MemorySampleDecoder implements RecordDecoder {

  public static final int MAX_BYTES = 64 * 1024;
  static final String SCHEMA = "headroom/memory-sample/1";
  private static final int POOL_BITS = 17;

  private final StringPool names = new StringPool(POOL_BITS);
  private final FastSampleReader plain = new FastSampleReader(names);

  /// Decodes one record.
  ///
  /// @param key the job's name; a record under another key would reach the wrong replica
  /// @param value null for a tombstone, which means nothing in this topic
  @Override
  public Decoded decode(byte @Nullable [] key, byte @Nullable [] value) {
    if (value == null) {
      return new Decoded.Malformed("no value");
    }
    try {
      MemorySample sample = value.length > MAX_BYTES ? null : plain.read(value);
      if (sample == null) {
        sample = parsed(value, names);
      }
      if (!plain.isOfJob(key, value)) {
        RecordKeys.require(key, "job", sample.job());
      }
      return new Decoded.Event(new MemorySampled(sample));
    } catch (MalformedException e) {
      return new Decoded.Malformed(String.valueOf(e.getMessage()));
    }
  }

  /// What the parser makes of a sample.
  static MemorySample parsed(byte[] value, StringPool names) throws MalformedException {
    return MessageReader.read(value, MAX_BYTES, names, MemorySampleDecoder::read);
  }

  public static Map<Category, MemorySize> categories(MessageReader in)
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

  private static MemorySample read(MessageReader in) throws MalformedException, IOException {
    var fields = new MemorySampleFields();
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      if (!in.isNull()) {
        take(field, in, fields);
      }
    }
    return fields.sample();
  }

  private static void take(String field, MessageReader in, MemorySampleFields into)
      throws MalformedException, IOException {
    switch (field) {
      case "schema" -> {
        in.schema(SCHEMA);
        into.schema = true;
      }
      case "job" -> into.job = in.string(field);
      case "run" -> into.run = in.string(field);
      case "rank" -> into.rank = in.smallInteger(field);
      case "host" -> into.host = in.string(field);
      case "pid" -> into.pid = in.integer(field);
      case "gpu" -> into.gpu = in.string(field);
      case "owner" -> into.owner = in.string(field);
      case "team" -> into.team = in.string(field);
      case "namespace" -> into.namespace = in.string(field);
      case "time" -> into.time = in.time(field);
      case "source" -> into.source = WireNames.source(in.string(field));
      case "phase" -> into.phase = WireNames.phase(in.string(field));
      case "step" -> into.step = in.integer(field);
      case "process_used_bytes" -> into.processUsed = in.size(field);
      case "device_used_bytes" -> into.deviceUsed = in.size(field);
      case "device_total_bytes" -> into.deviceTotal = in.size(field);
      case "allocated_bytes" -> into.allocated = in.size(field);
      case "reserved_bytes" -> into.reserved = in.size(field);
      case "categories" -> into.categories = categories(in);
      case "outcome" -> into.outcome = WireNames.outcome(in.string(field));
      default -> in.skip();
    }
  }
}
