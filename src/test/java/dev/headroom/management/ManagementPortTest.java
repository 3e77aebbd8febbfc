package dev.headroom.management;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A monitor that asks for a name and a password, with probes and scrapes on another port.
@QuarkusTest
@TestProfile(ManagementPortTest.Protected.class)
class ManagementPortTest {

  @Inject ManagementPort management;

  /// What an operator sets.
  public static final class Protected implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "headroom.management.port", "0",
          "headroom.http.access", "authenticated",
          "quarkus.security.users.embedded.users.operator", "right");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/, 401",
    "/api/v1/jobs, 401",
    "/api/v1/events, 401",
    "/q/openapi, 401",
    "/metrics, 404",
    "/q/health/ready, 404",
    "//metrics, 404",
  })
  void thePortOfPeopleAsksWhoTheyAreAndKnowsNoProbes(String path, int status) {
    given().urlEncodingEnabled(false).get(path).then().statusCode(status);
  }

  @Test
  void whoeverKnowsThePasswordComesIn() {
    given()
        .auth()
        .preemptive()
        .basic("operator", "right")
        .get("/api/v1/jobs")
        .then()
        .statusCode(200);
    given().auth().preemptive().basic("operator", "right").get("/").then().statusCode(200);
    given()
        .auth()
        .preemptive()
        .basic("operator", "wrong")
        .get("/api/v1/jobs")
        .then()
        .statusCode(401);
    given().auth().preemptive().basic("nobody", "right").get("/api/v1/jobs").then().statusCode(401);
    given()
        .auth()
        .preemptive()
        .basic("operator", "right")
        .body("{}")
        .post("/api/v1/predict")
        .then()
        .statusCode(415);
  }

  @ParameterizedTest
  @CsvSource({
    "/metrics, 200",
    "/q/health, 200",
    "/q/health/live, 200",
    "/, 404",
    "/api/v1/jobs, 404",
    "/q/openapi, 404",
    "/metrics/../api/v1/jobs, 404",
    "/q/health/../../api/v1/jobs, 404",
  })
  void thePortOfProbesAsksNobodyAndKnowsNothingElse(String path, int status) {
    assertThat(management.port()).isPositive();
    given().urlEncodingEnabled(false).port(management.port()).get(path).then().statusCode(status);
  }
}
