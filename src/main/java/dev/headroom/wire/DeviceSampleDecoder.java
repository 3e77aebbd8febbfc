package dev.headroom.wire;

import dev.headroom.budget.MemorySize;
import dev.headroom.ledger.DeviceRemoved;
import dev.headroom.ledger.DeviceSample;
import dev.headroom.ledger.DeviceSampled;
import dev.headroom.ledger.GpuProcess;
import dev.headroom.ledger.JobEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decodes `headroom.device-samples`; a null value says that the GPU is gone. Of one thread.
public final class DeviceSampleDecoder {

  /// A thousand processes fit.
  public static final int MAX_BYTES = 256 * 1024;

  static final String SCHEMA = "headroom/device-sample/1";
  private static final int POOL_BITS = 17;

  private final StringPool names = new StringPool(POOL_BITS);

  /// Decodes one record.
  ///
  /// @param key the GPU's UUID
  public Decoded decode(byte @Nullable [] key, byte @Nullable [] value) {
    try {
      return new Decoded.Event(event(key, value));
    } catch (MalformedException e) {
      return new Decoded.Malformed(String.valueOf(e.getMessage()));
    }
  }

  private JobEvent event(byte @Nullable [] key, byte @Nullable [] value) throws MalformedException {
    if (value == null) {
      if (key == null) {
        throw new MalformedException("neither key nor value");
      }
      try {
        return new DeviceRemoved(new String(key, StandardCharsets.UTF_8));
      } catch (IllegalArgumentException e) {
        throw new MalformedException(Reasons.reason(String.valueOf(e.getMessage())));
      }
    }
    DeviceSample sample =
        MessageReader.read(value, MAX_BYTES, names, reader -> new Fields().read(reader));
    Keys.require(key, "gpu", sample.gpu());
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
      if (schema == null) {
        throw MessageReader.missing("schema");
      }
      if (gpu == null) {
        throw MessageReader.missing("gpu");
      }
      if (host == null) {
        throw MessageReader.missing("host");
      }
      if (time == null) {
        throw MessageReader.missing("time");
      }
      if (total == null) {
        throw MessageReader.missing("total_bytes");
      }
      if (used == null) {
        throw MessageReader.missing("used_bytes");
      }
      return new DeviceSample(
          gpu,
          host,
          time,
          total,
          used,
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
        case "gpu" -> gpu = in.text(field);
        case "host" -> host = in.text(field);
        case "time" -> time = in.time(field);
        case "total_bytes" -> total = in.size(field);
        case "used_bytes" -> used = in.size(field);
        case "index" -> index = in.small(field);
        case "model" -> model = in.text(field);
        case "driver" -> driver = in.text(field);
        case "mig_profile" -> migProfile = in.text(field);
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
          case "pid" -> pid = in.whole(field);
          case "used_bytes" -> used = in.size(field);
          case "job" -> job = in.text(field);
          case "rank" -> rank = in.small(field);
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
