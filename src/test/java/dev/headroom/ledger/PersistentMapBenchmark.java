package dev.headroom.ledger;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/// One batch of the fold on a map of 20,000 jobs, each old map unchanged: ours, a persistent hash
/// trie of PCollections, and a copied [HashMap]. `RATIONALE.md` has the command and figures.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "-XX:+UseSerialGC")
public class PersistentMapBenchmark {

  private static final int JOBS = 20_000;

  /// Jobs that a batch changes.
  @Param({"250", "5000"})
  public int changes;

  private final String[] changed = new String[JOBS];
  private PersistentMap<Object> ours = PersistentMap.empty();
  private PMap<String, Object> trie = HashTreePMap.empty();
  private Map<String, Object> copied = Map.of();

  @Setup
  public void fill() {
    var random = new SplittableRandom(1);
    copied = new HashMap<>();
    PersistentMap.Editor<Object> editor = ours.edit();
    for (int i = 0; i < JOBS; i++) {
      String job = "job-%08x".formatted(random.nextInt());
      changed[i] = job;
      editor.put(job, new long[1]);
      trie = trie.plus(job, new long[1]);
      copied.put(job, new long[1]);
    }
    ours = editor.finish();
  }

  @Benchmark
  public Object ours() {
    PersistentMap.Editor<Object> editor = ours.edit();
    for (int i = 0; i < changes; i++) {
      String job = changed[i];
      editor.put(job, next(editor.get(job)));
    }
    return editor.finish();
  }

  @Benchmark
  public Object hashTrie() {
    PMap<String, Object> map = trie;
    for (int i = 0; i < changes; i++) {
      String job = changed[i];
      map = map.plus(job, next(map.get(job)));
    }
    return map;
  }

  @Benchmark
  public Object copiedHashMap() {
    var map = new HashMap<>(copied);
    for (int i = 0; i < changes; i++) {
      String job = changed[i];
      map.put(job, next(map.get(job)));
    }
    return map;
  }

  /// A job after the one that was found: another object each time.
  private static Object next(@Nullable Object job) {
    if (job instanceof long[] samples) {
      return new long[] {samples[0] + 1};
    }
    throw new IllegalStateException("a job is missing");
  }
}
