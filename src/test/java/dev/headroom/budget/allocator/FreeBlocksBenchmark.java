package dev.headroom.budget.allocator;

import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Best fit among free blocks, as an allocator asks for it: 100,000 times the smallest block that
/// is large enough is taken out and put back. Our treap, and a [TreeSet] of objects. `RATIONALE.md`
/// has the command and figures.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "-XX:+UseSerialGC")
public class FreeBlocksBenchmark {

  private static final int REQUESTS = 100_000;
  private static final int MAX_SIZE = 1 << 20;

  private record Block(long size, long address) implements Comparable<Block> {

    @Override
    public int compareTo(Block other) {
      int bySize = Long.compare(size, other.size);
      return bySize == 0 ? Long.compare(address, other.address) : bySize;
    }
  }

  @Param({"100", "10000"})
  public int free;

  private final int[] wanted = new int[REQUESTS];
  private final Blocks blocks = new Blocks();
  private final FreeBlocks treap = new FreeBlocks(blocks);
  private final TreeSet<Block> tree = new TreeSet<>();

  @Setup
  public void fill() {
    var random = new SplittableRandom(1);
    for (int i = 0; i < free; i++) {
      int size = 1 + random.nextInt(MAX_SIZE);
      treap.add(blocks.create(i, size));
      tree.add(new Block(size, i));
    }
    for (int i = 0; i < REQUESTS; i++) {
      wanted[i] = 1 + random.nextInt(MAX_SIZE);
    }
  }

  @Benchmark
  public long treap() {
    long bytes = 0;
    for (int size : wanted) {
      int block = treap.ceiling(size);
      if (block != Blocks.NONE) {
        treap.remove(block);
        bytes += blocks.size(block);
        treap.add(block);
      }
    }
    return bytes;
  }

  @Benchmark
  public long treeSet() {
    long bytes = 0;
    for (int size : wanted) {
      Block block = tree.ceiling(new Block(size, 0));
      if (block != null) {
        tree.remove(block);
        bytes += block.size();
        // What an allocator puts back is another block: split, or merged with a neighbour.
        tree.add(new Block(block.size(), block.address()));
      }
    }
    return bytes;
  }
}
