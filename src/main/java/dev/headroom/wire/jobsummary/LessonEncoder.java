package dev.headroom.wire.jobsummary;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headroom.calibration.MeasuredSize;
import dev.headroom.calibration.Observation;
import dev.headroom.network.setup.Framework;
import dev.headroom.wire.json.MessageWriter;

/// Encodes what a settled run teaches, as a record of its own in `headroom.job-summaries`.
public final class LessonEncoder {

  private LessonEncoder() {}

  /// The record's key, `JOB/RUN`: neither the job's next run nor its end touches it.
  public static byte[] key(Observation observation) {
    return (observation.job() + LessonDecoder.SEPARATOR + observation.run()).getBytes(UTF_8);
  }

  public static byte[] encode(Observation observation) {
    return MessageWriter.write(
        out -> {
          out.string("schema", LessonDecoder.SCHEMA);
          out.string("job", observation.job());
          out.string("run", observation.run());
          out.string("settled", observation.settled().toString());
          out.string("gpu_model", observation.kind().gpuModel());
          out.string("model", observation.kind().model());
          Framework framework = observation.kind().framework();
          out.string("framework", framework.name());
          out.string("framework_version", framework.version());
          out.string("cuda", framework.cuda());
          out.object(
              "predicted",
              inner -> {
                inner.size("allocated_bytes", observation.predicted().allocated());
                inner.size("reserved_bytes", observation.predicted().reserved());
                inner.size("workspaces_bytes", observation.predicted().workspaces());
              });
          out.object(
              "measured",
              inner -> {
                for (MeasuredSize size : MeasuredSize.values()) {
                  inner.size(size.wireName() + "_bytes", observation.measured().get(size));
                }
              });
        });
  }
}
