package dev.headroom.ingest;

import dev.headroom.status.IngestStatus;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// The readiness of the monitor. It is ready once configs and summaries are read to their end,
/// assigned partitions are restored, and the broker answers.
@Readiness
@ApplicationScoped
class ReadinessCheck implements HealthCheck {

  private final IngestStatus status;

  ReadinessCheck(IngestStatus status) {
    this.status = status;
  }

  @Override
  public HealthCheckResponse call() {
    var response = HealthCheckResponse.named("ingest");
    return status
        .notReadyReason()
        .map(why -> response.down().withData("reason", why).build())
        .orElseGet(() -> response.up().build());
  }
}
