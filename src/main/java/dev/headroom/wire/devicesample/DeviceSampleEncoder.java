package dev.headroom.wire.devicesample;

import dev.headroom.sample.DeviceSample;
import dev.headroom.sample.GpuProcess;
import dev.headroom.wire.json.MessageWriter;

/// Encodes `headroom.device-samples`; the record's key is the GPU.
public final class DeviceSampleEncoder {

  private DeviceSampleEncoder() {}

  public static byte[] encode(DeviceSample sample) {
    return MessageWriter.write(
        out -> {
          out.string("schema", DeviceSampleDecoder.SCHEMA);
          out.string("gpu", sample.gpu());
          out.string("host", sample.host());
          out.string("time", sample.time().toString());
          out.size("total_bytes", sample.total());
          out.size("used_bytes", sample.used());
          out.integer("index", sample.index());
          out.string("model", sample.model());
          out.string("driver", sample.driver());
          out.string("mig_profile", sample.migProfile());
          out.size("driver_reserved_bytes", sample.driverReserved());
          out.size("free_bytes", sample.free());
          if (!sample.processes().isEmpty()) {
            out.startArray("processes");
            for (GpuProcess process : sample.processes()) {
              out.element(
                  inner -> {
                    inner.integer("pid", process.pid());
                    inner.size("used_bytes", process.used());
                    inner.string("job", process.job());
                    inner.integer("rank", process.rank());
                  });
            }
            out.endArray();
          }
        });
  }
}
