package dev.headroom.wire.devicesample;

import dev.headroom.ledger.event.DeviceRemoved;
import dev.headroom.ledger.event.DeviceSampled;
import dev.headroom.ledger.event.JobEvent;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.DeviceSample;
import dev.headroom.sample.GpuProcess;
import dev.headroom.wire.Decoded;
import dev.headroom.wire.RecordDecoder;
import dev.headroom.wire.json.MalformedException;
import dev.headroom.wire.json.MessageReader;
import dev.headroom.wire.json.RecordKeys;
import dev.headroom.wire.json.StringPool;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decodes `headroom.device-samples`; a null value says that the GPU is gone. Of one thread.
public final class DeviceSampleDecoder implements RecordDecoder {

  /// A thousand processes fit.
  public static final int MAX_BYTES = 256 * 1024;

  static final String SCHEMA = "headroom/device-sample/1";
  private static final int POOL_BITS = 17;

  private final StringPool names = new StringPool(POOL_BITS);

  /// Decodes one record.
  ///
  /// @param key the GPU's UUID
  @Override
  public Decoded decode(byte @Nullable [] key, byte @Nullable [] value) {
    try {
      return new Decoded.Event(event(key, value));
    } catch (MalformedException e) {
      return new Decoded.Malformed(String.valueOf(e.getMessage()));
    }
  }

  private JobEvent event(byte @Nullable [] key, byte @Nullable [] value) throws MalformedException {
    if (value == null) {
      return RecordKeys.removed(key, DeviceRemoved::new);
    }
    DeviceSample sample =
        MessageReader.read(value, MAX_BYTES, names, reader -> new Fields().read(reader));
    RecordKeys.require(key, "gpu", sample.gpu());
    return new DeviceSampled(sample);
  }

  private static final class Fields {

    private @Nullable String schema;
    private @Nullable String gpu;
    private @Nullable String host;
    private @Nullable Instant time;
    private @Nullable MemorySize total;
    private @Nullable MemorySize used;
    private @Nullable Integer index;
    private @Nullable String model;
    private @Nullable String driver;
    private @Nullable String migProfile;
    private @Nullable MemorySize driverReserved;
    private @Nullable MemorySize free;
    private List<GpuProcess> processes = List.of();

    DeviceSample read(MessageReader in) throws MalformedException, IOException {
      for (String field = in.nextField(); field != null; field = in.nextField()) {
        if (!in.isNull()) {
          take(field, in);
        }
      }
      MessageReader.required("schema", schema);
      return new DeviceSample(
          MessageReader.required("gpu", gpu),
          MessageReader.required("host", host),
          MessageReader.required("time", time),
          MessageReader.required("total_bytes", total),
          MessageReader.required("used_bytes", used),
          index,
          model,
          driver,
          migProfile,
          driverReserved,
          free,
          processes);
    }

    private void take(String field, MessageReader in) throws MalformedException, IOException {
      switch (field) {
        case "schema" -> {
          in.schema(SCHEMA);
          schema = SCHEMA;
        }
        case "gpu" -> gpu = in.string(field);
        case "host" -> host = in.string(field);
        case "time" -> time = in.time(field);
        case "total_bytes" -> total = in.size(field);
        case "used_bytes" -> used = in.size(field);
        case "index" -> index = in.smallInteger(field);
        case "model" -> model = in.string(field);
        case "driver" -> driver = in.string(field);
        case "mig_profile" -> migProfile = in.string(field);
        case "driver_reserved_bytes" -> driverReserved = in.size(field);
        case "free_bytes" -> free = in.size(field);
        case "processes" -> processes = processes(in);
        default -> in.skip();
      }
    }

    private static List<GpuProcess> processes(MessageReader in)
        throws MalformedException, IOException {
      in.array("processes");
      var all = new ArrayList<GpuProcess>();
      while (in.nextElement()) {
        if (all.size() == DeviceSample.MAX_PROCESSES) {
          throw new MalformedException("processes > " + DeviceSample.MAX_PROCESSES);
        }
        in.object("processes");
        all.add(process(in));
      }
      return all;
    }

    private static GpuProcess process(MessageReader in) throws MalformedException, IOException {
      @Nullable Long pid = null;
      @Nullable MemorySize used = null;
      @Nullable String job = null;
      @Nullable Integer rank = null;
      for (String field = in.nextField(); field != null; field = in.nextField()) {
        if (in.isNull()) {
          continue;
        }
        switch (field) {
          case "pid" -> pid = in.integer(field);
          case "used_bytes" -> used = in.size(field);
          case "job" -> job = in.string(field);
          case "rank" -> rank = in.smallInteger(field);
          default -> in.skip();
        }
      }
      if (pid == null) {
        throw MessageReader.missing("pid");
      }
      return new GpuProcess(pid, used, job, rank);
    }
  }
}
