package dev.headroom.wire;

import dev.headroom.ledger.DeviceSample;
import dev.headroom.ledger.GpuProcess;

/// Encodes `headroom.device-samples`; the record's key is the GPU.
public final class DeviceSampleEncoder {

  private DeviceSampleEncoder() {}

  public static byte[] encode(DeviceSample sample) {
    return MessageWriter.write(
        out -> {
          out.text("schema", DeviceSampleDecoder.SCHEMA);
          out.text("gpu", sample.gpu());
          out.text("host", sample.host());
          out.text("time", sample.time().toString());
          out.size("total_bytes", sample.total());
          out.size("used_bytes", sample.used());
          out.number("index", sample.index());
          out.text("model", sample.model());
          out.text("driver", sample.driver());
          out.text("mig_profile", sample.migProfile());
          out.size("driver_reserved_bytes", sample.driverReserved());
          out.size("free_bytes", sample.free());
          if (!sample.processes().isEmpty()) {
            out.startArray("processes");
            for (GpuProcess process : sample.processes()) {
              out.element(
                  inner -> {
                    inner.number("pid", process.pid());
                    inner.size("used_bytes", process.used());
                    inner.text("job", process.job());
                    inner.number("rank", process.rank());
                  });
            }
            out.endArray();
          }
        });
  }
}
