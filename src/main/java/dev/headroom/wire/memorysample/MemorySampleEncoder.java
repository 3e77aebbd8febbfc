package dev.headroom.wire.memorysample;

import dev.headroom.memory.Category;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.MemorySample;
import dev.headroom.wire.json.MessageWriter;
import java.util.Map;

/// Encodes `headroom.memory-samples`; the record's key is the job.
public final class MemorySampleEncoder {

  private MemorySampleEncoder() {}

  public static byte[] encode(MemorySample sample) {
    return MessageWriter.write(
        out -> {
          out.string("schema", MemorySampleDecoder.SCHEMA);
          out.string("job", sample.job());
          out.string("run", sample.run());
          out.integer("rank", sample.rank());
          out.string("host", sample.host());
          out.integer("pid", sample.pid());
          out.string("gpu", sample.gpu());
          out.ownership(sample.ownership());
          out.string("time", sample.time().toString());
          if (sample.source() != null) {
            out.string("source", sample.source().wireName());
          }
          if (sample.phase() != null) {
            out.string("phase", sample.phase().wireName());
          }
          if (sample.outcome() != null) {
            out.string("outcome", sample.outcome().wireName());
          }
          out.integer("step", sample.step());
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
