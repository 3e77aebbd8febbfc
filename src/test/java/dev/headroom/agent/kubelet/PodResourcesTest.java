package dev.headroom.agent.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedOutputStream;
import dev.headroom.agent.attribution.PodNames.Pod;
import io.grpc.Server;
import io.grpc.Status;
import io.netty.channel.nio.NioEventLoopGroup;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against gRPC's own server on a Unix socket, as the kubelet's is.
class PodResourcesTest {
  private static final Instant T0 = Instant.parse("2026-11-23T21:00:00Z");

  @TempDir Path folder;
  private final AtomicInteger calls = new AtomicInteger();
  private final NioEventLoopGroup threads = new NioEventLoopGroup(1);
  private Instant now = T0;
  private @Nullable Server server;

  @AfterEach
  void stop() throws InterruptedException {
    if (server != null) {
      server.shutdownNow().awaitTermination();
    }
    var _ = threads.shutdownGracefully();
  }

  /// dcgm-exporter#725: a GPU that is shared is given out in numbered parts of itself.
  @Test
  void devicesAreFoundWithThePodsThatHoldThem() throws IOException {
    // Given
    serve(
        List.of(
            pod("train-0", "team-a", "GPU-0", "GPU-1"),
            pod("notebook-1", "team-b", "GPU-2::0"),
            pod("notebook-2", "team-b", "GPU-2::1", "GPU-2::2"),
            pod("slice-0", "team-c", "MIG-9d07"),
            pod("web-0", "team-c")));
    PodResources pods = pods();

    // Then
    assertThat(pods.holding("GPU-0")).containsExactly(new Pod("team-a", "train-0"));
    assertThat(pods.holding("GPU-1")).containsExactly(new Pod("team-a", "train-0"));
    assertThat(pods.holding("GPU-2"))
        .containsExactly(new Pod("team-b", "notebook-1"), new Pod("team-b", "notebook-2"));
    assertThat(pods.holding("MIG-9d07")).containsExactly(new Pod("team-c", "slice-0"));
    assertThat(pods.holding("GPU-9")).isEmpty();
    assertThat(pods.problem()).isEmpty();
    assertThat(calls).hasValue(1);
  }

  @Test
  void itIsAskedAgainAfterASecond() throws IOException {
    // Given
    serve(List.of(pod("train-0", "team-a", "GPU-0")));
    PodResources pods = pods();
    pods.holding("GPU-0");

    // When
    now = T0.plusMillis(999);
    pods.holding("GPU-0");
    int within = calls.get();
    now = T0.plusSeconds(1);
    pods.holding("GPU-0");

    // Then
    assertThat(within).isEqualTo(1);
    assertThat(calls).hasValue(2);
  }

  /// More than HTTP/2 lets a server send before it is told to go on.
  @Test
  void aLongAnswerComesWhole() throws IOException {
    // Given
    byte[][] many = new byte[20_000][];
    for (int i = 0; i < many.length; i++) {
      many[i] = pod("train-" + i, "team-a", "GPU-" + i);
    }
    serve(List.of(many));

    // Then
    assertThat(pods().holding("GPU-19999")).containsExactly(new Pod("team-a", "train-19999"));
  }

  @Test
  void whereNobodyListensItIsSaidAndAskedAgainAfterAWhile() throws IOException {
    // Given
    PodResources pods = pods();

    // When
    assertThat(pods.holding("GPU-0")).isEmpty();

    // Then
    assertThat(pods.problem()).get().asString().contains(socket().toString(), "No such file");
    serve(List.of(pod("train-0", "team-a", "GPU-0")));
    now = T0.plusSeconds(29);
    assertThat(pods.holding("GPU-0")).isEmpty();
    now = T0.plusSeconds(30);
    assertThat(pods.holding("GPU-0")).hasSize(1);
    assertThat(pods.problem()).isEmpty();
  }

  @Test
  void anErrorOfTheKubeletIsSaidWithItsStatus() throws IOException {
    // Given
    serve(null);
    PodResources pods = pods();

    // Then
    assertThat(pods.holding("GPU-0")).isEmpty();
    assertThat(pods.problem()).contains(socket() + ": status 8, too many calls");
  }

  @Test
  void anAnswerThatIsNoMessageIsSaid() throws IOException {
    // Given
    serve(List.of(new byte[] {10, 127, 1}));
    PodResources pods = pods();

    // Then
    assertThat(pods.holding("GPU-0")).isEmpty();
    assertThat(pods.problem()).contains(socket() + ": a field of 127 bytes in 1");
  }

  private PodResources pods() {
    return new PodResources(socket(), () -> now, Duration.ofSeconds(60));
  }

  private Path socket() {
    return folder.resolve("kubelet.sock");
  }

  /// @param pods the parts of the answer; null for an error
  private void serve(@Nullable List<byte[]> pods) throws IOException {
    server =
        KubeletServer.on(
            socket(),
            threads,
            (_, answer) -> {
              calls.incrementAndGet();
              if (pods == null) {
                answer.onError(
                    Status.RESOURCE_EXHAUSTED
                        .withDescription("too many calls")
                        .asRuntimeException());
              } else {
                var whole = new ByteArrayOutputStream();
                pods.forEach(whole::writeBytes);
                answer.onNext(whole.toByteArray());
                answer.onCompleted();
              }
            });
  }

  /// Field 1 of the answer, as protobuf's own writer has it, with fields that are not looked at.
  private static byte[] pod(String name, String namespace, String... devices) {
    return message(
        out ->
            out.writeByteArray(
                1,
                message(
                    pod -> {
                      pod.writeString(1, name);
                      pod.writeString(2, namespace);
                      pod.writeByteArray(3, container(devices));
                      pod.writeInt64(4, 300);
                    })));
  }

  private static byte[] container(String... devices) {
    return message(
        container -> {
          container.writeString(1, "main");
          container.writeByteArray(
              2,
              message(
                  ofOneResource -> {
                    ofOneResource.writeString(1, "nvidia.com/gpu");
                    for (String device : devices) {
                      ofOneResource.writeString(2, device);
                    }
                  }));
          container.writeFixed64(9, 1);
          container.writeFixed32(10, 1);
        });
  }

  private interface Writing {
    void to(CodedOutputStream out) throws IOException;
  }

  private static byte[] message(Writing writing) {
    var bytes = new ByteArrayOutputStream();
    var out = CodedOutputStream.newInstance(bytes);
    try {
      writing.to(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
