package dev.headroom.client;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.StringDeserializer;

/** The real broker as a child process, on loopback and a free port. */
public final class TestBroker implements AutoCloseable {
  private final Path properties;
  private final int port;
  private Process process;

  private TestBroker(Path properties, int port) {
    this.properties = properties;
    this.port = port;
  }

  /** A formatted broker that does not run yet. */
  public static TestBroker in(Path folder) throws IOException, InterruptedException {
    int port = freePort();
    int controller = freePort();
    Path properties = folder.resolve("server.properties");
    Files.writeString(
        properties,
        """
        process.roles=broker,controller
        node.id=1
        controller.quorum.bootstrap.servers=127.0.0.1:%2$d
        controller.listener.names=CONTROLLER
        listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
        advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
        listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
        log.dirs=%3$s
        num.partitions=1
        auto.create.topics.enable=false
        broker.session.timeout.ms=1500
        broker.heartbeat.interval.ms=250
        offsets.topic.replication.factor=1
        transaction.state.log.replication.factor=1
        transaction.state.log.min.isr=1
        share.coordinator.state.topic.replication.factor=1
        group.initial.rebalance.delay.ms=0
        """
            .formatted(port, controller, folder.resolve("data")));
    TestBroker broker = new TestBroker(properties, port);
    Process format =
        broker.java(
            "kafka.tools.StorageTool",
            "format",
            "--standalone",
            "-t",
            "MkU3OEVBNTcwNTJENDM2Qg",
            "-c",
            properties.toString());
    if (format.waitFor() != 0) {
      throw new IOException(
          new String(format.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    }
    return broker;
  }

  /** Starts it and creates the topics, as a monitor does; those that it has are kept. */
  public void start() throws Exception {
    process = java("kafka.Kafka", properties.toString());
    Map<String, Object> settings =
        Map.of("bootstrap.servers", "127.0.0.1:" + port, "reconnect.backoff.max.ms", 200);
    try (Admin admin = Admin.create(settings)) {
      for (String topic : List.of("headroom.layer-configs", "headroom.memory-samples")) {
        try {
          admin
              .createTopics(List.of(new NewTopic(topic, 1, (short) 1)))
              .all()
              .get(40, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
          if (!(e.getCause() instanceof TopicExistsException)) {
            throw e;
          }
        }
      }
    }
  }

  public Map<String, ?> settings() {
    return Map.of("bootstrap.servers", "127.0.0.1:" + port);
  }

  /** A job's first so many records of a topic; fewer if they do not come within 30 s. */
  public List<ConsumerRecord<String, String>> read(String topic, String job, int count) {
    List<ConsumerRecord<String, String>> read = new ArrayList<>();
    TopicPartition partition = new TopicPartition(topic, 0);
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", "127.0.0.1:" + port),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (read.size() < count && System.nanoTime() < deadline) {
        for (ConsumerRecord<String, String> each : consumer.poll(Duration.ofMillis(200))) {
          if (job.equals(each.key())) {
            read.add(each);
          }
        }
      }
    }
    return read;
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }
  }

  private Process java(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(properties.resolveSibling(arguments[0] + ".log").toFile())
        .start();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
