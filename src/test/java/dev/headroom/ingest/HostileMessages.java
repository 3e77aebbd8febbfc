package dev.headroom.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headroom.wire.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/// Messages that no monitor should take, drawn by a seed from all kinds that are known: each
/// carries its number in a header, and how its reason has to begin is known.
final class HostileMessages {

  static final String NUMBER = "hostile-number";

  private static final String LAYER = "{\"name\":\"%s\",\"type\":\"relu\",\"inputs\":[\"%s\"]}";
  private static final Map<String, String> GOLDEN =
      Map.of(
          "memory-sample", Topics.MEMORY_SAMPLES,
          "device-sample", Topics.DEVICE_SAMPLES,
          "layer-config", Topics.LAYER_CONFIGS);

  private static final class Kind {

    final String topic;
    final byte @Nullable [] key;
    final byte @Nullable [] value;
    final String reason;

    /// Whether it is small enough to be sent again and again.
    final boolean often;

    Kind(
        String topic,
        byte @Nullable [] key,
        byte @Nullable [] value,
        String reason,
        boolean often) {
      this.topic = topic;
      this.key = key;
      this.value = value;
      this.reason = reason;
      this.often = often;
    }
  }

  private final Random random;
  private final List<Kind> kinds = new ArrayList<>();
  private final List<String> reasons = new ArrayList<>();

  HostileMessages(long seed) throws IOException {
    random = new Random(seed);
    for (Map.Entry<String, String> golden : GOLDEN.entrySet()) {
      Path file = Path.of("src/test/resources/messages", golden.getKey(), "malformed.tsv");
      for (String line : Files.readAllLines(file)) {
        String[] columns = line.split("\t", 3);
        add(golden.getValue(), "j", columns[2].getBytes(UTF_8), columns[1]);
      }
    }
    byte[] sample = sample("");
    add(Topics.MEMORY_SAMPLES, "j", null, "no value");
    add(Topics.MEMORY_SAMPLES, null, sample, "no key; it is the job");
    add(Topics.MEMORY_SAMPLES, "k", sample, "the key is not the job j");
    add(Topics.MEMORY_SAMPLES, "\u0000\n\u202e", sample, "the key is not the job j");
    add(Topics.MEMORY_SAMPLES, "j", Arrays.copyOf(sample, 40), "not JSON");
    byte[] latin = sample(",\"host\":\"\u00c3\"");
    add(Topics.MEMORY_SAMPLES, "j", new String(latin, UTF_8).getBytes(ISO_8859_1), "not JSON: Inv");
    add(Topics.MEMORY_SAMPLES, "j", sample(",\"a\":" + "[".repeat(10_000)), "not JSON: Document");
    add(
        Topics.MEMORY_SAMPLES,
        "j",
        sample(",\"host\":\"%s\"".formatted("h".repeat(10_240))),
        "host");
    add(Topics.MEMORY_SAMPLES, "j", sample(",\"run\":\"a\\\"b\\nc\\u202ed\""), "run is not 1 to");
    add(Topics.MEMORY_SAMPLES, "j", random(300), "not ");
    add(Topics.MEMORY_SAMPLES, "j", "{}".getBytes(UTF_16), "begins with 0xfe: UTF-16");
    add(Topics.DEVICE_SAMPLES, "\u202e", null, "gpu is not 1 to 128");
    add(Topics.LAYER_CONFIGS, "j", config("[64]", LAYER.formatted("a", "a")), "layer a");
    add(
        Topics.LAYER_CONFIGS,
        "j",
        config("[64]", LAYER.formatted("a", "b") + "," + LAYER.formatted("b", "a")),
        "layer a");
    add(
        Topics.LAYER_CONFIGS,
        "j",
        config("[1000000000,1000000000,1000000000]", LAYER.formatted("a", "x")),
        "shape has too many elements");
    kinds.add(
        new Kind(Topics.MEMORY_SAMPLES, bytes("j"), spaces(sample, 2 << 20), "longer than", false));
    kinds.add(
        new Kind(
            Topics.LAYER_CONFIGS,
            bytes("j"),
            spaces(config("[64]", LAYER.formatted("a", "x")), 9 << 20),
            "longer than 8388608 bytes",
            false));
    kinds.add(new Kind(Topics.LAYER_CONFIGS, bytes("j"), layers(20_001), "layers > 20000", false));
  }

  int kinds() {
    return kinds.size();
  }

  /// How the reason of each that was made has to begin, by its number.
  List<String> reasons() {
    return reasons;
  }

  /// The next one: each kind once, then any small one, and at last some with hostile headers.
  ProducerRecord<byte[], byte[]> next() {
    int number = reasons.size();
    Kind kind = kinds.get(number < kinds.size() ? number : random.nextInt(kinds.size()));
    if (number >= kinds.size() && !kind.often && random.nextInt(10) > 0) {
      return next();
    }
    reasons.add(kind.reason);
    var record = new ProducerRecord<>(kind.topic, kind.key, kind.value);
    record.headers().add(NUMBER, bytes(Integer.toString(number)));
    if (random.nextInt(50) == 0) {
      record.headers().add("headroom-reason", bytes("none\n\u202e"));
      record.headers().add("", null);
      record.headers().add("\"x\n", random(100_000));
    }
    return record;
  }

  private void add(String topic, @Nullable String key, byte @Nullable [] value, String reason) {
    kinds.add(new Kind(topic, key == null ? null : bytes(key), value, reason, true));
  }

  /// Noise that does not begin as UTF-16 or a schema registry's format does.
  private byte[] random(int length) {
    var bytes = new byte[length];
    random.nextBytes(bytes);
    bytes[0] = (byte) 0x80;
    bytes[1] = (byte) 0x80;
    return bytes;
  }

  static byte[] sample(String more) {
    return bytes(
        """
        {"schema":"headroom/memory-sample/1","job":"j","gpu":"g","time":"2026-11-23T21:00:00Z",\
        "process_used_bytes":1%s}\
        """
            .formatted(more));
  }

  private static byte[] config(String shape, String layers) {
    return bytes(
        """
        {"schema":"headroom/layer-config/1","job":"j","batch_size":1,\
        "inputs":[{"name":"x","shape":%s}],"layers":[%s]}\
        """
            .formatted(shape, layers));
  }

  private static byte[] layers(int count) {
    var layers = new StringBuilder(LAYER.formatted("l0", "x"));
    for (int i = 1; i < count; i++) {
      layers.append(',').append(LAYER.formatted("l" + i, "x"));
    }
    return config("[64]", layers.toString());
  }

  private static byte[] spaces(byte[] json, int length) {
    byte[] longer = Arrays.copyOf(json, length);
    Arrays.fill(longer, json.length, length, (byte) ' ');
    return longer;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
