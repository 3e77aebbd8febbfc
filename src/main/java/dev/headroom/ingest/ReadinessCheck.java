package dev.headroom.ingest;

import dev.headroom.status.IngestStatus;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Ready once configurations and summaries are read to their end, our jobs are restored and the
/// broker can be reached; the reason where not. That the process lives is another matter.
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
