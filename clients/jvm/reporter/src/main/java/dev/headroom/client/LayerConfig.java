package dev.headroom.client;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a job trains, in the form of {@code headroom/layer-config/1}. Shapes leave the batch
 * dimension out; layers stand in the order of their execution and name the values they take. The
 * same parts always give the same text: a job's runs are told apart by it.
 */
public final class LayerConfig {
  private static final Pattern JOB = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

  private final String job;
  private final String run;
  private final String json;

  private LayerConfig(String job, String run, String json) {
    this.job = job;
    this.run = run;
    this.json = json;
  }

  /**
   * A config that is JSON already, of that job.
   *
   * @param run what the config names as its run, or null
   */
  public static LayerConfig ofJson(String job, String run, String json) {
    return new LayerConfig(requireJob(job), run, json);
  }

  /** Starts a config; {@code batchSize} is that of one rank. */
  public static Builder builder(String job, int batchSize) {
    return new Builder(job, batchSize);
  }

  public String job() {
    return job;
  }

  /** What tells the starts of this job apart, or null. */
  public String run() {
    return run;
  }

  public String json() {
    return json;
  }

  private static String requireJob(String job) {
    if (!JOB.matcher(job).matches()) {
      throw new IllegalArgumentException("job is not 1 to 128 of A-Za-z0-9._:-: " + job);
    }
    return job;
  }

  /** Collects a config's parts; each is optional but the inputs and the layers. */
  public static final class Builder {
    private final Map<String, Object> config = new LinkedHashMap<>();
    private final List<Object> inputs = new ArrayList<>();
    private final List<Object> layers = new ArrayList<>();
    private String unsupported;

    private Builder(String job, int batchSize) {
      if (batchSize < 1) {
        throw new IllegalArgumentException("batch_size < 1: " + batchSize);
      }
      config.put("schema", "headroom/layer-config/1");
      config.put("job", requireJob(job));
      config.put("batch_size", batchSize);
      config.putAll(Ownership.here());
    }

    /** Tells this start of the job apart from others. */
    public Builder run(String run) {
      return with("run", run);
    }

    public Builder model(String model) {
      return with("model", model);
    }

    public Builder framework(String name, String version) {
      return with("framework", map("name", name, "version", version));
    }

    /** The type of the parameters, and that of autocast or null. */
    public Builder precision(String parameters, String autocast) {
      return with("precision", map("parameters", parameters, "autocast", autocast));
    }

    /** Its type, and further attributes such as {@code momentum}. */
    public Builder optimizer(String type, Map<String, ?> attributes) {
      Map<String, Object> optimizer = map("type", type);
      optimizer.putAll(new TreeMap<>(attributes));
      return with("optimizer", optimizer);
    }

    /** An input without its batch dimension. */
    public Builder input(String name, List<Long> shape, String dtype) {
      inputs.add(map("name", name, "shape", List.copyOf(shape), "dtype", dtype));
      return this;
    }

    /** A layer of a type of the contract, the values it takes, and its attributes. */
    public Builder layer(String name, String type, List<String> takes, Map<String, ?> attributes) {
      Map<String, Object> layer = map("name", name, "type", type, "inputs", List.copyOf(takes));
      layer.putAll(new TreeMap<>(attributes));
      layers.add(layer);
      return this;
    }

    /** The loss, of the named value. */
    public Builder loss(String type, String of) {
      return with("loss", map("type", type, "inputs", List.of(of)));
    }

    /** The model cannot be described, and why: it is shown and measured, and not predicted. */
    public Builder unsupported(String reason) {
      unsupported = reason;
      return this;
    }

    /** Any other field of the contract. */
    public Builder with(String field, Object value) {
      config.put(field, value);
      return this;
    }

    public LayerConfig build() {
      Map<String, Object> whole = new LinkedHashMap<>(config);
      whole.put("inputs", inputs);
      if (unsupported == null) {
        whole.put("layers", layers);
      } else {
        whole.put("unsupported", unsupported);
      }
      return new LayerConfig(
          (String) config.get("job"), (String) config.get("run"), Json.write(whole));
    }

    private static Map<String, Object> map(Object... keysAndValues) {
      Map<String, Object> map = new LinkedHashMap<>();
      for (int i = 0; i < keysAndValues.length; i += 2) {
        map.put((String) keysAndValues[i], keysAndValues[i + 1]);
      }
      return map;
    }
  }
}
