package dev.headroom.wire;

import dev.headroom.budget.Category;
import dev.headroom.budget.MemorySize;
import dev.headroom.ledger.MemorySample;
import java.util.Map;

/// Encodes `headroom.memory-samples`; the record's key is the job.
public final class MemorySampleEncoder {

  private MemorySampleEncoder() {}

  public static byte[] encode(MemorySample sample) {
    return MessageWriter.write(
        out -> {
          out.text("schema", MemorySampleDecoder.SCHEMA);
          out.text("job", sample.job());
          out.text("run", sample.run());
          out.number("rank", sample.rank());
          out.text("host", sample.host());
          out.number("pid", sample.pid());
          out.text("gpu", sample.gpu());
          out.text("time", sample.time().toString());
          if (sample.source() != null) {
            out.text("source", sample.source().wireName());
          }
          if (sample.phase() != null) {
            out.text("phase", sample.phase().wireName());
          }
          if (sample.outcome() != null) {
            out.text("outcome", sample.outcome().wireName());
          }
          out.number("step", sample.step());
          MemorySample.Sizes sizes = sample.sizes();
          out.size("process_used_bytes", sizes.processUsed());
          out.size("device_used_bytes", sizes.deviceUsed());
          out.size("device_total_bytes", sizes.deviceTotal());
          out.size("allocated_bytes", sizes.allocated());
          out.size("reserved_bytes", sizes.reserved());
          if (!sample.categories().isEmpty()) {
            out.object(
                "categories",
                inner -> {
                  for (Map.Entry<Category, MemorySize> entry : sample.categories().entrySet()) {
                    inner.size(entry.getKey().wireName(), entry.getValue());
                  }
                });
          }
        });
  }
}
