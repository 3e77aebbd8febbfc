package dev.headroom.budget.kernels;

import static dev.headroom.budget.kernels.KernelBuffers.roundedUp;
import static dev.headroom.budget.kernels.KernelBuffers.together;

import java.util.List;

/// What the backward passes of fused attention hold beside the gradients that they answer.
///
/// @param rows batch · heads of the queries
/// @param queries their number
/// @param headDim numbers of a head, as the kernel gets it
public record AttentionBuffers(long rows, long queries, long headDim) {

  /// Bytes of the workspace of cuDNN's forward pass. Seen of cuDNN 9.19 on an H100.
  public static final long CUDNN_FORWARD = 256;

  private static final long SINGLE = 4;

  /// The head of each tile in the workspace of efficient attention: a lock, a counter, padding.
  private static final long TILE_HEAD = 16;

  /// Flash attention sums dq in single precision, over queries padded to 128 and heads padded to 32
  /// (wide ones to 64), beside a number for each query. Source: `mha_bwd` in
  /// `flash_attn/flash_api.cpp`.
  ///
  /// @param expanded bytes of k's gradient for all heads of q, where k has fewer; else 0
  /// @param copied bytes of the tensors that the kernel puts in order first
  public long flash(long expanded, long... copied) {
    long padded = Math.multiplyExact(rows, roundedUp(queries, 128));
    long head = roundedUp(headDim, headDim <= 128 ? 32 : 64);
    return together(
        bytes(padded),
        bytes(Math.multiplyExact(padded, head)),
        expanded,
        expanded,
        together(copied));
  }

  /// Efficient attention sums dq in tiles, and multiplies gradient and result of single precision
  /// before: the most of that product with two sums of it, and of one sum with the tiles. Source:
  /// `_efficient_attention_backward` in `attention_backward.cu`, `GradQTempStorage` in
  /// `mem_eff_attention/kernel_backward.h`; tiles of 64 × 64, of 128 × 64 where heads are wider.
  ///
  /// @param half whether the kernel itself multiplies gradient and result
  /// @param copied bytes of the tensors that it puts in order first
  /// @return what is held, one after the other
  public List<Long> efficient(boolean half, long... copied) {
    long all = Math.multiplyExact(rows, queries);
    long sums = bytes(all);
    long height = headDim <= 64 ? 64 : 128;
    long tiles = Math.multiplyExact(Math.ceilDiv(queries, height), Math.ceilDiv(headDim, 64L));
    long workspace =
        Math.multiplyExact(Math.multiplyExact(rows, tiles), TILE_HEAD + SINGLE * height * 64);
    long working = together(sums, workspace, together(copied));
    return half
        ? List.of(working)
        : List.of(
            together(bytes(Math.multiplyExact(all, headDim)), sums, sums, together(copied)),
            working);
  }

  /// cuDNN sums dq in single precision, beside a number for each query, in one workspace. Seen of
  /// cuDNN 9.19 on an H100.
  public long cudnn() {
    long all = Math.multiplyExact(rows, queries);
    return together(
        Math.addExact(
            Math.addExact(bytes(Math.multiplyExact(all, headDim)), bytes(all)), CUDNN_FORWARD));
  }

  private static long bytes(long numbers) {
    return Math.multiplyExact(numbers, SINGLE);
  }
}
