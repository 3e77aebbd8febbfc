package dev.headroom.wire.layerconfig;

import dev.headroom.network.setup.Gradients;
import dev.headroom.network.setup.Optimizer;
import dev.headroom.network.setup.Parallelism;
import dev.headroom.network.setup.Precision;
import dev.headroom.network.setup.RunMode;
import dev.headroom.network.setup.TrainingSetup;
import dev.headroom.network.tensor.DType;
import dev.headroom.wire.json.MalformedException;
import dev.headroom.wire.json.MessageReader;
import dev.headroom.wire.json.WireNames;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a config's network is run, as its fields come; what is absent is the contract's default.
final class SetupFields {

  private RunMode mode = RunMode.TRAINING;
  private @Nullable Integer batchSize;
  private Precision precision = Precision.FLOAT32;
  private Optimizer optimizer = Optimizer.SGD;
  private Gradients gradients = Gradients.DEFAULT;
  private Parallelism parallelism = Parallelism.NONE;
  private List<String> checkpointing = List.of();
  private boolean expandableSegments;

  /// Takes the value under the cursor if the field is of the set-up.
  boolean take(String field, MessageReader in) throws MalformedException, IOException {
    switch (field) {
      case "mode" ->
          mode = WireNames.of(field, in.string(field), RunMode.values(), RunMode::wireName);
      case "batch_size" -> batchSize = in.smallInteger(field);
      case "precision" -> precision = precision(in);
      case "optimizer" -> optimizer = optimizer(in);
      case "gradients" -> gradients = gradients(in);
      case "parallelism" -> parallelism = parallelism(in);
      case "allocator" -> expandableSegments = expandableSegments(in);
      case "checkpointing" -> checkpointing = LayerFields.names(field, in);
      default -> {
        return false;
      }
    }
    return true;
  }

  Precision precision() {
    return precision;
  }

  TrainingSetup setup() throws MalformedException {
    if (batchSize == null) {
      throw MessageReader.missing("batch_size");
    }
    return new TrainingSetup(
        mode,
        batchSize,
        precision,
        optimizer,
        gradients,
        parallelism,
        checkpointing,
        expandableSegments);
  }

  private static Precision precision(MessageReader in) throws MalformedException, IOException {
    in.object("precision");
    DType parameters = DType.FLOAT32;
    @Nullable DType autocast = null;
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      if (in.isNull()) {
        continue;
      }
      String whole = "precision." + field;
      switch (field) {
        case "parameters" -> parameters = WireNames.dtype(whole, in.string(whole));
        case "autocast" -> autocast = WireNames.dtype(whole, in.string(whole));
        default -> in.skip();
      }
    }
    return new Precision(parameters, autocast == null ? parameters : autocast);
  }

  private static boolean expandableSegments(MessageReader in)
      throws MalformedException, IOException {
    in.object("allocator");
    boolean expandable = false;
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "expandable_segments" ->
            expandable = !in.isNull() && in.bool("allocator.expandable_segments");
        default -> in.skip();
      }
    }
    return expandable;
  }

  private static Optimizer optimizer(MessageReader in) throws MalformedException, IOException {
    in.object("optimizer");
    var kind = Optimizer.Kind.SGD;
    double momentum = 0;
    double weightDecay = 0;
    boolean nesterov = false;
    boolean amsgrad = false;
    boolean centered = false;
    var implementation = Optimizer.Implementation.FOREACH;
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      if (in.isNull()) {
        continue;
      }
      String whole = "optimizer." + field;
      switch (field) {
        case "type" ->
            kind =
                WireNames.of(
                    whole, in.string(whole), Optimizer.Kind.values(), Optimizer.Kind::wireName);
        case "momentum" -> momentum = in.number(whole);
        case "weight_decay" -> weightDecay = in.number(whole);
        case "nesterov" -> nesterov = in.bool(whole);
        case "amsgrad" -> amsgrad = in.bool(whole);
        case "centered" -> centered = in.bool(whole);
        case "implementation" ->
            implementation =
                WireNames.of(
                    whole,
                    in.string(whole),
                    Optimizer.Implementation.values(),
                    Optimizer.Implementation::wireName);
        default -> in.skip();
      }
    }
    return new Optimizer(kind, momentum, weightDecay, nesterov, amsgrad, centered, implementation);
  }

  private static Gradients gradients(MessageReader in) throws MalformedException, IOException {
    in.object("gradients");
    boolean setToNone = true;
    int accumulationSteps = 1;
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      if (in.isNull()) {
        continue;
      }
      switch (field) {
        case "set_to_none" -> setToNone = in.bool("gradients.set_to_none");
        case "accumulation_steps" ->
            accumulationSteps = in.smallInteger("gradients.accumulation_steps");
        default -> in.skip();
      }
    }
    return new Gradients(setToNone, accumulationSteps);
  }

  private static Parallelism parallelism(MessageReader in) throws MalformedException, IOException {
    in.object("parallelism");
    var strategy = Parallelism.Strategy.NONE;
    int worldSize = 1;
    boolean bucketView = false;
    List<String> wrapped = List.of();
    boolean reshard = true;
    int bucketCap = Parallelism.DEFAULT_BUCKET_CAP_MB;
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      if (in.isNull()) {
        continue;
      }
      String whole = "parallelism." + field;
      switch (field) {
        case "strategy" ->
            strategy =
                WireNames.of(
                    whole,
                    in.string(whole),
                    Parallelism.Strategy.values(),
                    Parallelism.Strategy::wireName);
        case "world_size" -> worldSize = in.smallInteger(whole);
        case "gradient_as_bucket_view" -> bucketView = in.bool(whole);
        case "wrapped" -> wrapped = LayerFields.names(whole, in);
        case "reshard_after_forward" -> reshard = in.bool(whole);
        case "bucket_cap_mb" -> bucketCap = in.smallInteger(whole);
        default -> in.skip();
      }
    }
    return new Parallelism(strategy, worldSize, bucketView, wrapped, reshard, bucketCap);
  }
}
