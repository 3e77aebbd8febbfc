package dev.headroom.wire.plan;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.setup.Parallelism;
import dev.headroom.network.setup.Parallelism.Strategy;
import dev.headroom.plan.fleet.JobRequest;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads lists of jobs that want a place.
///
/// ```yaml
/// jobs:
///   - {config: resnet50.json, replicas: 4}
///   - {config: llama.json, ranks: 8}
///   - {config: tune.json, name: tuning, replicas: 16, share: true}
/// ```
public final class JobListReader {

  private static final int MAX_JOBS = 20_000;

  private JobListReader() {}

  /// Finds the layer config that a list names.
  public interface Configs {

    /// The bytes of a file.
    byte[] bytes(String file) throws IOException;
  }

  /// The jobs that a file lists.
  ///
  /// @param configs finds the files that `config` names
  /// @throws IllegalArgumentException naming the place and what is wrong there
  public static List<JobRequest> file(InputStream file, Configs configs) {
    return jobs(
        StrictFields.ofFile(file),
        job -> {
          String name = job.text("config");
          try {
            return LayerConfigDecoder.read(configs.bytes(name));
          } catch (IOException e) {
            throw new UncheckedIOException(job.place() + ".config: " + e.getMessage(), e);
          } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
          }
        });
  }

  /// The same of a request, whose `config` is the layer config itself.
  public static List<JobRequest> of(@Nullable JsonNode jobs) {
    return jobs(
        StrictFields.of(jobs, ""),
        job -> {
          StrictFields.of(job.node("config"), job.place() + ".config");
          byte[] json = String.valueOf(job.node("config")).getBytes(StandardCharsets.UTF_8);
          try {
            return LayerConfigDecoder.read(json);
          } catch (IllegalArgumentException e) {
            throw job.wrong("config:", String.valueOf(e.getMessage()));
          }
        });
  }

  /// Jobs of one run each, as many ranks as their configs say.
  public static JobRequest job(String name, LayerConfig config) {
    return new JobRequest(name, config, 1, config.setup().parallelism().worldSize(), false);
  }

  private interface Read {
    LayerConfig of(StrictFields job);
  }

  private static List<JobRequest> jobs(StrictFields fields, Read read) {
    var jobs = new ArrayList<JobRequest>();
    Map<String, Integer> names = new HashMap<>();
    for (StrictFields job : fields.objects("jobs", MAX_JOBS)) {
      LayerConfig config = read.of(job);
      int own = config.setup().parallelism().worldSize();
      int ranks = job.count("ranks", own, 1, JobRequest.MAX_RANKS);
      jobs.add(
          new JobRequest(
              unique(job.optionalText("name").orElse(config.job()), names),
              ranks == own ? config : over(config, ranks),
              job.count("replicas", 1, 1, JobRequest.MAX_REPLICAS),
              ranks,
              job.flag("share")));
      job.requireNothingElse();
    }
    if (jobs.isEmpty()) {
      throw new IllegalArgumentException("jobs are missing");
    }
    return jobs;
  }

  /// A name that no job before has.
  public static String unique(String name, Map<String, Integer> names) {
    int seen = names.merge(name, 1, Integer::sum);
    return seen == 1 ? name : name + "#" + seen;
  }

  /// The same job over more or fewer ranks; one that had none is trained with DDP.
  private static LayerConfig over(LayerConfig config, int ranks) {
    Parallelism now = config.setup().parallelism();
    Strategy strategy = now.strategy() == Strategy.NONE ? Strategy.DDP : now.strategy();
    return config.withSetup(
        config
            .setup()
            .withParallelism(new Parallelism(strategy, ranks, now.gradientAsBucketView())));
  }
}
