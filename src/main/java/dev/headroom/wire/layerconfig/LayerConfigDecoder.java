package dev.headroom.wire.layerconfig;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headroom.ledger.event.ConfigRefused;
import dev.headroom.ledger.event.ConfigRemoved;
import dev.headroom.ledger.event.JobEvent;
import dev.headroom.network.Layer;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Lifetimes;
import dev.headroom.network.Loss;
import dev.headroom.network.ModelDescription;
import dev.headroom.network.Network;
import dev.headroom.network.Undescribed;
import dev.headroom.network.setup.Framework;
import dev.headroom.network.tensor.DType;
import dev.headroom.network.tensor.Input;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.sample.NameRules;
import dev.headroom.sample.Ownership;
import dev.headroom.wire.Decoded;
import dev.headroom.wire.RecordDecoder;
import dev.headroom.wire.json.MalformedException;
import dev.headroom.wire.json.MessageReader;
import dev.headroom.wire.json.Printable;
import dev.headroom.wire.json.RecordKeys;
import dev.headroom.wire.json.StringPool;
import dev.headroom.wire.json.WireNames;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decodes `headroom.layer-configs`. A null value ends the job's registration. Stateless and
/// thread-safe.
///
/// ```java
/// LayerConfig config = LayerConfigDecoder.read(Files.readAllBytes(Path.of("resnet50.json")));
/// config.description(); // the layer graph, or why the model could not be described
/// ```
public final class LayerConfigDecoder implements RecordDecoder {

  public static final int MAX_BYTES = 8 * 1024 * 1024;

  static final String SCHEMA = "headroom/layer-config/1";

  /// Of a layer's name; a module path of the deepest network seen has 120 characters.
  static final int MAX_NAME = 512;

  /// In one list.
  static final int MAX_NAMES = 20_000;

  private static final int MAX_TEXT = 128;
  private static final int MAX_INPUTS = 1024;
  private static final int POOL_BITS = 12;

  /// Decodes one record.
  ///
  /// @param key the job's name
  @Override
  public Decoded decode(byte @Nullable [] key, byte @Nullable [] value) {
    try {
      if (value == null) {
        return new Decoded.Event(RecordKeys.removed(key, ConfigRemoved::new));
      }
      LayerConfig config = config(value);
      RecordKeys.require(key, "job", config.job());
      return new Decoded.Config(config);
    } catch (MalformedException e) {
      return new Decoded.Malformed(String.valueOf(e.getMessage()));
    }
  }

  /// A job whose config was refused says so.
  @Override
  public @Nullable JobEvent refused(byte @Nullable [] key, String reason) {
    String job = key == null ? "" : new String(key, UTF_8);
    return NameRules.isName(job) ? new ConfigRefused(job, reason) : null;
  }

  /// Reads a configuration that comes by another way than the topic, without a key.
  ///
  /// @throws IllegalArgumentException whose message is the reason
  public static LayerConfig read(byte[] json) {
    try {
      return config(json);
    } catch (MalformedException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static LayerConfig config(byte[] json) throws MalformedException {
    return MessageReader.read(
        json, MAX_BYTES, new StringPool(POOL_BITS), reader -> new Fields().read(reader));
  }

  /// The fields of one message as they come, in whatever order.
  private static final class Fields {

    private @Nullable String schema;
    private @Nullable String job;
    private @Nullable String run;
    private String model = "";
    private String owner = "";
    private String team = "";
    private String namespace = "";
    private Framework framework = Framework.UNKNOWN;
    private final SetupFields setup = new SetupFields();
    private @Nullable List<InputFields> inputs;
    private Lifetimes lifetimes = Lifetimes.ASSUMED;
    private @Nullable List<LayerFields> layers;
    private @Nullable List<String> outputs;
    private Loss.Kind loss = Loss.Kind.CROSS_ENTROPY;
    private @Nullable List<String> lossInputs;
    private @Nullable String unsupported;

    LayerConfig read(MessageReader in) throws MalformedException, IOException {
      for (String field = in.nextField(); field != null; field = in.nextField()) {
        if (!in.isNull() && !setup.take(field, in)) {
          take(field, in);
        }
      }
      if (schema == null) {
        throw MessageReader.missing("schema");
      }
      if (job == null) {
        throw MessageReader.missing("job");
      }
      if (inputs == null) {
        throw MessageReader.missing("inputs");
      }
      var ownership = new Ownership(owner, team, namespace);
      return new LayerConfig(
          job, run, model, framework, setup.setup(), description(inputs), ownership);
    }

    private ModelDescription description(List<InputFields> fields) throws MalformedException {
      if (unsupported != null) {
        if (layers != null) {
          throw new MalformedException("both layers and unsupported");
        }
        return new Undescribed(unsupported);
      }
      if (layers == null) {
        throw MessageReader.missing("layers");
      }
      DType precision = setup.precision().parameters();
      var tensors = new ArrayList<Input>();
      for (InputFields input : fields) {
        tensors.add(input.input(precision));
      }
      var graph = new ArrayList<Layer>(layers.size());
      for (LayerFields layer : layers) {
        graph.add(layer.layer(precision));
      }
      List<String> out =
          outputs != null || graph.isEmpty() ? outputs : List.of(graph.getLast().name());
      List<String> results = out == null ? List.of() : out;
      return new Network(
          tensors,
          graph,
          results,
          new Loss(loss, lossInputs == null ? results : lossInputs),
          lifetimes);
    }

    private void take(String field, MessageReader in) throws MalformedException, IOException {
      switch (field) {
        case "schema" -> {
          in.schema(SCHEMA);
          schema = SCHEMA;
        }
        case "job" -> job = in.string(field);
        case "run" -> run = in.string(field);
        case "model" -> model = in.name(field, MAX_TEXT);
        case "owner" -> owner = in.name(field, MAX_TEXT);
        case "team" -> team = in.name(field, MAX_TEXT);
        case "namespace" -> namespace = in.name(field, MAX_TEXT);
        case "framework" -> framework = framework(in);
        case "inputs" -> inputs = inputs(in);
        case "lifetimes" ->
            lifetimes =
                WireNames.of(field, in.string(field), Lifetimes.values(), Lifetimes::wireName);
        case "layers" -> layers = layers(in);
        case "outputs" -> outputs = LayerFields.names(field, in);
        case "loss" -> loss(in);
        case "unsupported" -> unsupported = Printable.truncated(in.string(field));
        default -> in.skip();
      }
    }

    private void loss(MessageReader in) throws MalformedException, IOException {
      in.object("loss");
      for (String field = in.nextField(); field != null; field = in.nextField()) {
        if (in.isNull()) {
          continue;
        }
        switch (field) {
          case "type" ->
              loss =
                  WireNames.of(
                      "loss.type", in.string("loss.type"), Loss.Kind.values(), Loss.Kind::wireName);
          case "inputs" -> lossInputs = LayerFields.names("loss.inputs", in);
          default -> in.skip();
        }
      }
    }

    private static Framework framework(MessageReader in) throws MalformedException, IOException {
      in.object("framework");
      String name = "";
      String version = "";
      String cuda = "";
      for (String field = in.nextField(); field != null; field = in.nextField()) {
        if (in.isNull()) {
          continue;
        }
        String whole = "framework." + field;
        switch (field) {
          case "name" -> name = in.name(whole, MAX_TEXT);
          case "version" -> version = in.name(whole, MAX_TEXT);
          case "cuda" -> cuda = in.name(whole, MAX_TEXT);
          default -> in.skip();
        }
      }
      return new Framework(name, version, cuda);
    }

    private static List<InputFields> inputs(MessageReader in)
        throws MalformedException, IOException {
      in.array("inputs");
      var all = new ArrayList<InputFields>();
      while (in.nextElement()) {
        if (all.size() == MAX_INPUTS) {
          throw new MalformedException("inputs > " + MAX_INPUTS);
        }
        all.add(input(all.size(), in));
      }
      return all;
    }

    private static InputFields input(int index, MessageReader in)
        throws MalformedException, IOException {
      in.object("input " + index);
      @Nullable String name = null;
      @Nullable TensorShape shape = null;
      @Nullable DType dtype = null;
      List<String> dynamic = List.of();
      for (String field = in.nextField(); field != null; field = in.nextField()) {
        if (in.isNull()) {
          continue;
        }
        switch (field) {
          case "name" -> name = in.name("inputs.name", MAX_NAME);
          case "shape" -> shape = shape(in);
          case "dtype" -> dtype = WireNames.dtype("inputs.dtype", in.string("inputs.dtype"));
          case "dynamic" -> dynamic = DynamicFields.names(in);
          default -> in.skip();
        }
      }
      if (name == null) {
        throw MessageReader.missing("inputs.name");
      }
      if (shape == null) {
        throw MessageReader.missing("inputs.shape");
      }
      return new InputFields(name, shape, dtype, dynamic);
    }

    private static TensorShape shape(MessageReader in) throws MalformedException, IOException {
      in.array("inputs.shape");
      var extents = new ArrayList<Long>();
      while (in.nextElement()) {
        if (extents.size() == TensorShape.MAX_RANK) {
          throw new MalformedException("inputs.shape has more than 64 dimensions");
        }
        extents.add(in.integer("inputs.shape"));
      }
      return new TensorShape(extents);
    }

    private static List<LayerFields> layers(MessageReader in)
        throws MalformedException, IOException {
      in.array("layers");
      var all = new ArrayList<LayerFields>();
      while (in.nextElement()) {
        if (all.size() == Network.MAX_LAYERS) {
          throw new MalformedException("layers > " + Network.MAX_LAYERS);
        }
        all.add(new LayerFields().read(all.size(), in));
      }
      return all;
    }
  }

  /// An input whose format is the model's where it does not say one.
  private record InputFields(
      String name, TensorShape shape, @Nullable DType dtype, List<String> dynamic) {

    Input input(DType precision) {
      return new Input(name, shape, dtype == null ? precision : dtype, dynamic);
    }
  }
}
