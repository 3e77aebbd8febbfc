package dev.headroom.agent.kubelet;

import dev.headroom.agent.attribution.PodNames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The pods that hold this node's devices, from the kubelet's pod-resources API.
///
/// It is asked when somebody wants to know, at most once a second; where it does not answer, not
/// again for a while. One thread at a time.
///
/// Source: `k8s.io/kubelet/pkg/apis/podresources/v1/api.proto`.
public final class PodResources implements PodNames {
  private static final String METHOD = "/v1.PodResourcesLister/List";
  private static final Duration FRESH = Duration.ofSeconds(1);
  private static final Duration ASK_AGAIN = Duration.ofSeconds(30);

  private final Path socket;
  private final InstantSource clock;
  private final Duration timeout;
  private Map<String, List<Pod>> holders = Map.of();
  private Instant askNext = Instant.MIN;
  private @Nullable String problem;

  /// @param socket usually `/var/lib/kubelet/pod-resources/kubelet.sock`
  /// @param timeout how long an answer is waited for
  public PodResources(Path socket, InstantSource clock, Duration timeout) {
    this.socket = socket;
    this.clock = clock;
    this.timeout = timeout;
  }

  @Override
  public List<Pod> holding(String gpu) {
    Instant now = clock.instant();
    if (!now.isBefore(askNext)) {
      ask(now);
    }
    return holders.getOrDefault(gpu, List.of());
  }

  @Override
  public Optional<String> problem() {
    return Optional.ofNullable(problem);
  }

  private void ask(Instant now) {
    try {
      holders = holders(GrpcUnaryCall.to(socket, METHOD, timeout));
      problem = null;
      askNext = now.plus(FRESH);
    } catch (IOException e) {
      holders = Map.of();
      String reason = String.valueOf(e.getMessage());
      problem = reason.contains(socket.toString()) ? reason : socket + ": " + reason;
      askNext = now.plus(ASK_AGAIN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Of `ListPodResourcesResponse`: its pods are field 1.
  private static Map<String, List<Pod>> holders(ByteBuffer response) throws IOException {
    Map<String, List<Pod>> holders = new HashMap<>();
    ProtobufFields.each(
        response,
        (number, pod) -> {
          if (number == 1) {
            add(pod, holders);
          }
        });
    return holders;
  }

  /// Of `PodResources`: name 1, namespace 2, containers 3; their devices 2; the devices' ids 2.
  private static void add(ByteBuffer message, Map<String, List<Pod>> holders) throws IOException {
    String[] nameAndNamespace = {"", ""};
    List<String> devices = new ArrayList<>();
    ProtobufFields.each(
        message,
        (number, value) -> {
          if (number == 1 || number == 2) {
            nameAndNamespace[number - 1] = ProtobufFields.text(value);
          } else if (number == 3) {
            addDevices(value, devices);
          }
        });
    Pod pod = new Pod(nameAndNamespace[1], nameAndNamespace[0]);
    for (String device : devices) {
      List<Pod> pods = holders.computeIfAbsent(device, _ -> new ArrayList<>(1));
      if (!pods.contains(pod)) {
        pods.add(pod);
      }
    }
  }

  private static void addDevices(ByteBuffer container, List<String> devices) throws IOException {
    ProtobufFields.each(
        container,
        (number, ofOneResource) -> {
          if (number == 2) {
            ProtobufFields.each(
                ofOneResource,
                (field, id) -> {
                  if (field == 2) {
                    devices.add(device(ProtobufFields.text(id)));
                  }
                });
          }
        });
  }

  /// A GPU that is shared by time or by MPS is given out as `UUID::REPLICA`.
  private static String device(String id) {
    int replica = id.indexOf("::");
    return replica < 0 ? id : id.substring(0, replica);
  }
}
