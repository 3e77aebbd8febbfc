package dev.headroom.wire.jobsummary;

import dev.headroom.calibration.JobKind;
import dev.headroom.calibration.MeasuredSize;
import dev.headroom.calibration.Observation;
import dev.headroom.calibration.PredictedPeak;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.setup.Framework;
import dev.headroom.sample.NameRules;
import dev.headroom.wire.json.MalformedException;
import dev.headroom.wire.json.MessageReader;
import dev.headroom.wire.json.RecordKeys;
import dev.headroom.wire.json.StringPool;
import java.io.IOException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Decodes what a settled run teaches: the records of `headroom.job-summaries` whose key is
/// `JOB/RUN`.
final class LessonDecoder {

  static final String SCHEMA = "headroom/lesson/1";

  /// Stands in no job's name.
  static final char SEPARATOR = '/';

  private static final int MAX_BYTES = 16 * 1024;

  private LessonDecoder() {}

  static boolean isLesson(byte @Nullable [] key) {
    if (key != null) {
      for (byte each : key) {
        if (each == SEPARATOR) {
          return true;
        }
      }
    }
    return false;
  }

  static Observation read(byte @Nullable [] key, byte[] value, StringPool names)
      throws MalformedException {
    Observation observation =
        MessageReader.read(value, MAX_BYTES, names, reader -> new Fields().read(reader));
    RecordKeys.require(key, "job and run", observation.job() + SEPARATOR + observation.run());
    return observation;
  }

  private static final class Fields {

    private @Nullable String schema;
    private @Nullable String job;
    private @Nullable String run;
    private @Nullable Instant settled;
    private String gpuModel = "";
    private String model = "";
    private String framework = "";
    private String version = "";
    private String cuda = "";
    private @Nullable PredictedPeak predicted;
    private @Nullable Map<MeasuredSize, MemorySize> measured;

    Observation read(MessageReader in) throws MalformedException, IOException {
      for (String field = in.nextField(); field != null; field = in.nextField()) {
        if (!in.isNull()) {
          take(field, in);
        }
      }
      MessageReader.required("schema", schema);
      String ofJob = MessageReader.required("job", job);
      String ofRun = MessageReader.required("run", run);
      Instant at = MessageReader.required("settled", settled);
      PredictedPeak before = MessageReader.required("predicted", predicted);
      Map<MeasuredSize, MemorySize> after = MessageReader.required("measured", measured);
      NameRules.requireJob(ofJob);
      NameRules.requireRun(ofRun);
      var kind = new JobKind(gpuModel, new Framework(framework, version, cuda), model);
      return new Observation(ofJob, ofRun, at, kind, before, after);
    }

    private void take(String field, MessageReader in) throws MalformedException, IOException {
      switch (field) {
        case "schema" -> {
          in.schema(SCHEMA);
          schema = SCHEMA;
        }
        case "job" -> job = in.string(field);
        case "run" -> run = in.string(field);
        case "settled" -> settled = in.time(field);
        case "gpu_model" -> gpuModel = in.string(field);
        case "model" -> model = in.string(field);
        case "framework" -> framework = in.string(field);
        case "framework_version" -> version = in.string(field);
        case "cuda" -> cuda = in.string(field);
        case "predicted" -> predicted = predicted(in);
        case "measured" -> measured = measured(in);
        default -> in.skip();
      }
    }

    private static PredictedPeak predicted(MessageReader in)
        throws MalformedException, IOException {
      in.object("predicted");
      @Nullable MemorySize allocated = null;
      @Nullable MemorySize reserved = null;
      MemorySize workspaces = MemorySize.ZERO;
      for (String field = in.nextField(); field != null; field = in.nextField()) {
        switch (field) {
          case "allocated_bytes" -> allocated = in.size(field);
          case "reserved_bytes" -> reserved = in.size(field);
          case "workspaces_bytes" -> workspaces = in.size(field);
          default -> in.skip();
        }
      }
      if (allocated == null || reserved == null) {
        throw MessageReader.missing("predicted.allocated_bytes or predicted.reserved_bytes");
      }
      return new PredictedPeak(allocated, reserved, workspaces);
    }

    private static Map<MeasuredSize, MemorySize> measured(MessageReader in)
        throws MalformedException, IOException {
      in.object("measured");
      var sizes = new EnumMap<MeasuredSize, MemorySize>(MeasuredSize.class);
      for (String field = in.nextField(); field != null; field = in.nextField()) {
        boolean isKnown = false;
        for (MeasuredSize size : MeasuredSize.values()) {
          if (field.equals(size.wireName() + "_bytes")) {
            sizes.put(size, in.size(field));
            isKnown = true;
          }
        }
        if (!isKnown) {
          in.skip();
        }
      }
      return sizes;
    }
  }
}
