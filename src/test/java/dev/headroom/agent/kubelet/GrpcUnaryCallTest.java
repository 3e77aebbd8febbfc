package dev.headroom.agent.kubelet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.netty.channel.nio.NioEventLoopGroup;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against gRPC's own server on a Unix socket.
class GrpcUnaryCallTest {

  @TempDir Path folder;
  private final NioEventLoopGroup threads = new NioEventLoopGroup(1);
  private @Nullable Server server;
  private volatile byte[] asked = {1};

  @AfterEach
  void stop() throws InterruptedException {
    if (server != null) {
      server.shutdownNow().awaitTermination();
    }
    var _ = threads.shutdownGracefully();
  }

  @Test
  void theAnswersMessageComesWithoutItsPrefix() throws Exception {
    serve(answer -> send(answer, "hello".getBytes(UTF_8)));
    assertThat(UTF_8.decode(call(5000)).toString()).isEqualTo("hello");
    assertThat(asked).as("the request is empty").isEmpty();
  }

  @Test
  void anEmptyAndALongAnswerComeWhole() throws Exception {
    var sizes = new int[] {0, 1_000_000};
    for (int size : sizes) {
      serve(answer -> send(answer, new byte[size]));
      assertThat(call(8000).remaining()).isEqualTo(size);
      stopServer();
    }
  }

  @Test
  void anAnswerThatIsTooLongIsRefused() throws Exception {
    serve(answer -> send(answer, new byte[(16 << 20) + 1]));
    assertThatThrownBy(() -> call(9000))
        .isInstanceOf(IOException.class)
        .hasMessage("an answer of more than 16777216 bytes");
  }

  @Test
  void anErrorIsToldWithItsStatus() throws Exception {
    serve(
        answer ->
            answer.onError(
                Status.RESOURCE_EXHAUSTED.withDescription("too many").asRuntimeException()));
    assertThatThrownBy(() -> call(5000)).hasMessage("status 8, too many");
  }

  @Test
  void nobodyIsWaitedForLongerThanAsked() throws Exception {
    serve(_ -> {});
    long start = System.nanoTime();
    assertThatThrownBy(() -> call(300)).hasMessage("no answer within 300 ms");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(290));
  }

  @Test
  void whereNobodyListensThatIsSaid() {
    assertThatThrownBy(() -> call(5000))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("No such file");
  }

  @Test
  void aServerThatGoesIsSaid() throws Exception {
    serve(_ -> {});
    Thread.ofVirtual().start(this::stopServerAfterTheCall);
    assertThatThrownBy(() -> call(8000))
        .isInstanceOf(IOException.class)
        .hasMessageNotContaining("no answer within");
  }

  private void stopServerAfterTheCall() {
    await().until(() -> asked.length == 0);
    stopServer();
  }

  private ByteBuffer call(long millis) throws IOException, InterruptedException {
    return GrpcUnaryCall.to(
        folder.resolve("s"), "/v1.PodResourcesLister/List", Duration.ofMillis(millis));
  }

  private void stopServer() {
    Server running = server;
    if (running != null) {
      running.shutdownNow();
      try {
        running.awaitTermination();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      server = null;
    }
  }

  private static void send(StreamObserver<byte[]> answer, byte[] message) {
    answer.onNext(message);
    answer.onCompleted();
  }

  private void serve(Consumer<StreamObserver<byte[]>> answering) throws IOException {
    server =
        KubeletServer.on(
            folder.resolve("s"),
            threads,
            (request, answer) -> {
              asked = request;
              answering.accept(answer);
            });
  }
}
