package dev.headroom.api.contract;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.notNullValue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headroom.api.problem.Problem;
import dev.headroom.ledger.condition.JobStatus;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What `/q/openapi` says. That the answers are so is seen in every test of the API, by
/// [AnswersAreDescribed].
@QuarkusTest
class ApiDocumentTest {

  @Test
  void everyOperationParameterAndFieldSaysWhatItIs() throws JsonProcessingException {
    // Given
    JsonNode document = document();
    var silent = new ArrayList<String>();

    // When
    document
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        operation -> {
                          String where = operation.getKey() + " " + path.getKey();
                          JsonNode said = operation.getValue();
                          require(said, "summary", where, silent);
                          require(said, "operationId", where, silent);
                          said.path("parameters")
                              .forEach(
                                  each ->
                                      require(
                                          each,
                                          "description",
                                          where + " " + each.path("name").asText(),
                                          silent));
                        }));
    document
        .at("/components/schemas")
        .properties()
        .forEach(
            schema ->
                schema
                    .getValue()
                    .path("properties")
                    .properties()
                    .forEach(
                        field -> {
                          if (!schema.getKey().equals("Problem")) {
                            require(
                                field.getValue(),
                                "description",
                                schema.getKey() + "." + field.getKey(),
                                silent);
                          }
                          assertThat(field.getKey()).matches("[a-z0-9_]+");
                        }));

    // Then
    assertThat(silent).as("without a word; see openapi-fields.properties").isEmpty();
  }

  @Test
  void fieldsThatAreAlwaysThereAndValuesThatAreFixedAreSaid() throws JsonProcessingException {
    // Given
    JsonNode schemas = document().at("/components/schemas");

    // Then
    assertThat(texts(schemas.at("/JobDetail/required")))
        .contains("job", "state", "categories", "samples")
        .doesNotContain("model", "ended_at", "confidence");
    assertThat(texts(schemas.at("/ModelView/required"))).contains("model", "used_bytes");
    assertThat(texts(schemas.at("/JobView/properties/state/enum")))
        .isEqualTo(Arrays.stream(JobStatus.values()).map(JobStatus::wireName).toList());
    assertThat(texts(schemas.at("/JobAnswer/properties/verdict/enum"))).contains("fits_at_p95");
  }

  @Test
  void everyOperationSaysItsErrors() throws JsonProcessingException {
    JsonNode paths = document().path("paths");
    assertThat(paths.at("/~1api~1v1~1plan/post/responses").properties())
        .extracting(each -> each.getKey())
        .contains("200", "400", "401", "406", "413", "415", "429", "500");
    assertThat(paths.at("/~1api~1v1~1fleet/get/responses/400/content").has(Problem.MEDIA_TYPE))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/jobs?foo=bar",
        "/api/v1/jobs/a?limit=1",
        "/api/v1/jobs/a/layers?sort=x",
        "/api/v1/fleet?fit=1GiB",
        "/api/v1/rightsizing?state=running",
        "/api/v1/events?last=1",
        "/schema?name=x",
        "/schema/layer-config.json?version=1",
      })
  void aParameterThatNobodyReadsIsRefused(String request) {
    given()
        .get(request)
        .then()
        .statusCode(400)
        .contentType(Problem.MEDIA_TYPE)
        .body("detail", containsString("parameter unknown: "))
        .body("detail", containsString("(known: "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/fleet?limit=1&limit=2",
        "/api/v1/rightsizing?limit=",
        "/api/v1/jobs/a/layers?offset=",
      })
  void aNumberIsThereOnceAndNotEmpty(String request) {
    given().get(request).then().statusCode(400).contentType(Problem.MEDIA_TYPE);
  }

  @Test
  void theContractOfTheMessagesIsServed() {
    given().get("/schema").then().statusCode(200).body("$", hasItem("/schema/layer-config.json"));
    String tag =
        given()
            .get("/schema/layer-config.json")
            .then()
            .statusCode(200)
            .contentType("application/schema+json")
            .header("ETag", notNullValue())
            .body("title", notNullValue())
            .extract()
            .header("ETag");
    given().header("If-None-Match", tag).get("/schema/layer-config.json").then().statusCode(304);
    given().get("/schema/asyncapi.yaml").then().statusCode(200).contentType("application/yaml");
    given().get("/schema/none.json").then().statusCode(404).body("status", equalTo(404));
  }

  @Test
  void aMethodThatAPathDoesNotTakeIsAnsweredWithThoseThatItDoes() {
    given()
        .delete("/api/v1/jobs/a")
        .then()
        .statusCode(405)
        .contentType(Problem.MEDIA_TYPE)
        .header("Allow", "GET, HEAD, OPTIONS");
    given().get("/api/v1/plan").then().statusCode(405).header("Allow", "OPTIONS, POST");
    given().options("/api/v1/fleet").then().statusCode(200).header("Allow", "GET, HEAD, OPTIONS");
    given().options("/api/v1/fleet/fits").then().header("Allow", "OPTIONS, POST");
  }

  @Test
  void theUserInterfaceIsThere() {
    given().get("/q/swagger-ui/").then().statusCode(200).body(containsString("swagger-ui"));
  }

  private static void require(JsonNode node, String field, String where, List<String> silent) {
    if (node.path(field).asText().isBlank()) {
      silent.add(where + ": " + field);
    }
  }

  private static List<String> texts(JsonNode array) {
    var texts = new ArrayList<String>();
    array.forEach(each -> texts.add(each.asText()));
    return texts;
  }

  private static JsonNode document() throws JsonProcessingException {
    return new ObjectMapper()
        .readTree(given().accept("application/json").get("/q/openapi").asString());
  }
}
