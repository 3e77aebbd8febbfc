package dev.headroom.network.operation;

import dev.headroom.network.tensor.Extents;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.network.tensor.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A convolution in one to three dimensions, or a transposed one. Saves its input and its weight.
///
/// Weights are out × in/groups × kernel, transposed in × out/groups × kernel. Source:
/// `torch.nn.ConvNd`, `torch.nn.ConvTransposeNd`.
///
/// @param padding before and after each dimension, summed
/// @param asymmetric whether the two sides of a dimension are padded differently
/// @param paddingMode what the border is filled with; other than with zeros, a padded copy is made
public record Convolution(
    boolean transposed,
    int inChannels,
    int outChannels,
    List<Integer> kernelSize,
    List<Integer> stride,
    List<Integer> padding,
    List<Integer> dilation,
    List<Integer> outputPadding,
    int groups,
    boolean bias,
    boolean asymmetric,
    PaddingMode paddingMode)
    implements Operation {

  private static final String PADDING_MODE = "padding_mode";

  static final List<OperationType> TYPES =
      IntStream.rangeClosed(1, 3)
          .boxed()
          .flatMap(n -> Stream.of(type(false, n), type(true, n)))
          .toList();

  public Convolution {
    int dimensions = kernelSize.size();
    Extents.atLeast("in_channels", inChannels, 1);
    Extents.atLeast("out_channels", outChannels, 1);
    Extents.atLeast("groups", groups, 1);
    Extents.sameLength("stride", stride, dimensions);
    Extents.sameLength("padding", padding, dimensions);
    Extents.sameLength("dilation", dilation, dimensions);
    Extents.sameLength("output_padding", outputPadding, dimensions);
    kernelSize = Extents.atLeast("kernel_size", kernelSize, 1);
    stride = Extents.atLeast("stride", stride, 1);
    padding = Extents.atLeast("padding", padding, 0);
    dilation = Extents.atLeast("dilation", dilation, 1);
    outputPadding = Extents.atLeast("output_padding", outputPadding, 0);
    if (inChannels % groups != 0 || outChannels % groups != 0) {
      throw new IllegalArgumentException(
          "groups "
              + groups
              + " do not divide "
              + inChannels
              + " and "
              + outChannels
              + " channels");
    }
  }

  /// Whether a padded copy of the input is made, and saved in its place.
  public boolean copiesToPad() {
    return asymmetric || paddingMode != PaddingMode.CONSTANT;
  }

  public int dimensions() {
    return kernelSize.size();
  }

  private static OperationType type(boolean transposed, int dimensions) {
    return OperationType.named(name(transposed, dimensions), Convolution.class)
        .integers("in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation")
        .integers("output_padding", "groups")
        .booleans("bias")
        .strings(PADDING_MODE)
        .read(in -> read(transposed, dimensions, in));
  }

  private static String name(boolean transposed, int dimensions) {
    return (transposed ? "conv_transpose" : "conv") + dimensions + "d";
  }

  private static Convolution read(boolean transposed, int dimensions, AttributeReader in) {
    List<Integer> kernel = in.integers("kernel_size");
    if (kernel.size() != dimensions) {
      throw new IllegalArgumentException(
          "kernel_size has %d numbers, not %d: %s".formatted(kernel.size(), dimensions, kernel));
    }
    List<Integer> dilation = in.integers("dilation", dimensions, 1);
    List<List<Integer>> pairs =
        in.is("padding", "same") && !transposed
            ? same(kernel, dilation)
            : in.is("padding", "valid") && !transposed
                ? Collections.nCopies(dimensions, List.of(0, 0))
                : in.pairs("padding", dimensions);
    var padding = new ArrayList<Integer>();
    boolean asymmetric = false;
    for (List<Integer> pair : pairs) {
      if (pair.get(0) < 0 || pair.get(1) < 0) {
        throw new IllegalArgumentException("padding < 0: " + pair);
      }
      padding.add(Math.addExact(pair.get(0), pair.get(1)));
      asymmetric |= !pair.get(0).equals(pair.get(1));
    }
    return new Convolution(
        transposed,
        in.integer("in_channels"),
        in.integer("out_channels"),
        kernel,
        in.integers("stride", dimensions, 1),
        padding,
        dilation,
        in.integers("output_padding", dimensions, 0),
        in.integer("groups", 1),
        in.bool("bias", true),
        asymmetric,
        paddingMode(transposed, in));
  }

  private static PaddingMode paddingMode(boolean transposed, AttributeReader in) {
    if (in.is(PADDING_MODE, "zeros")) {
      return PaddingMode.CONSTANT;
    }
    if (in.has(PADDING_MODE) && (transposed || in.is(PADDING_MODE, "constant"))) {
      throw new IllegalArgumentException(
          transposed
              ? "padding_mode of a transposed convolution is not zeros"
              : "padding_mode of zeros is called zeros");
    }
    return PaddingMode.of(in, PADDING_MODE);
  }

  /// As much padding as keeps the extent; an odd one goes behind. Source: `torch.nn.Conv2d`.
  private static List<List<Integer>> same(List<Integer> kernel, List<Integer> dilation) {
    var pairs = new ArrayList<List<Integer>>();
    for (int i = 0; i < kernel.size() && i < dilation.size(); i++) {
      int both = Math.multiplyExact(dilation.get(i), kernel.get(i) - 1);
      pairs.add(List.of(both / 2, both - both / 2));
    }
    return pairs;
  }

  @Override
  public String type() {
    return name(transposed, dimensions());
  }

  @Override
  public void write(AttributeWriter out) {
    out.integer("in_channels", inChannels);
    out.integer("out_channels", outChannels);
    out.integers("kernel_size", kernelSize);
    out.integers("stride", stride);
    out.pairs("padding", padding, asymmetric);
    out.integers("dilation", dilation);
    if (transposed) {
      out.integers("output_padding", outputPadding);
    }
    out.integer("groups", groups);
    out.bool("bias", bias);
    if (paddingMode != PaddingMode.CONSTANT) {
      out.string(PADDING_MODE, paddingMode.wireName());
    }
  }

  @Override
  public Value result(List<Value> inputs) {
    TensorShape in = inputs.getFirst().shape();
    int channels = in.rank() - dimensions() - 1;
    if (channels < 0) {
      throw new IllegalArgumentException("input " + in + " has too few dimensions");
    }
    Extents.equal("in_channels", inChannels, in.extent(channels));
    TensorShape out = in.with(channels, outChannels);
    for (int i = 0; i < dimensions(); i++) {
      int at = channels + 1 + i;
      out = out.with(at, extent(in.extent(at), i));
    }
    Value result = inputs.getFirst().as(out);
    return new Value(result.shape(), result.batched(), result.batched() && channels == 1);
  }

  /// The result where each sample has a weight of its own: samples are groups of one convolution.
  /// Channels and groups are those of one sample, or of as many as the input's channels go into.
  public Value resultForEachSample(Value input) {
    TensorShape in = input.shape();
    int channels = in.rank() - dimensions() - 1;
    long own = channels < 0 ? 0 : in.extent(channels);
    long samples = own > 0 && inChannels % own == 0 ? inChannels / own : 1;
    if (samples <= 1 || outChannels % samples != 0 || groups % samples != 0) {
      return result(List.of(input));
    }
    var one =
        new Convolution(
            transposed,
            (int) own,
            (int) (outChannels / samples),
            kernelSize,
            stride,
            padding,
            dilation,
            outputPadding,
            (int) (groups / samples),
            bias,
            asymmetric,
            paddingMode);
    return one.result(List.of(input));
  }

  private long extent(long in, int i) {
    if (!transposed) {
      return Extents.windows(
          in, padding.get(i), kernelSize.get(i), stride.get(i), dilation.get(i), false);
    }
    long out =
        Math.multiplyExact(in - 1, (long) stride.get(i))
            - padding.get(i)
            + Math.multiplyExact((long) dilation.get(i), kernelSize.get(i) - 1L)
            + outputPadding.get(i)
            + 1;
    Extents.atLeast("output extent", out, 1);
    return out;
  }

  @Override
  public List<TensorShape> parameters() {
    TensorShape weight = weight();
    return bias ? List.of(weight, TensorShape.of(outChannels)) : List.of(weight);
  }

  public TensorShape weight() {
    long[] extents = new long[2 + dimensions()];
    extents[0] = transposed ? inChannels : outChannels;
    extents[1] = (transposed ? outChannels : inChannels) / groups;
    for (int i = 0; i < dimensions(); i++) {
      extents[2 + i] = kernelSize.get(i);
    }
    return TensorShape.of(extents);
  }

  /// Whether the order of a kernel's channels and places makes a difference to how it lies.
  public boolean isOrdered() {
    return weight().extent(1) > 1 && kernelSize.stream().anyMatch(extent -> extent > 1);
  }
}
