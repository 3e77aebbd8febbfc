package dev.headroom.api.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.quarkus.test.junit.callback.QuarkusTestBeforeEachCallback;
import io.quarkus.test.junit.callback.QuarkusTestMethodContext;
import io.restassured.RestAssured;
import io.restassured.filter.Filter;
import io.restassured.filter.FilterContext;
import io.restassured.response.Response;
import io.restassured.specification.FilterableRequestSpecification;
import io.restassured.specification.FilterableResponseSpecification;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Holds every answer that a Quarkus test gets from the API against the OpenAPI document: the
/// status, the format and each field have to be in it.
///
/// JUnit finds it through `META-INF/services`.
public final class AnswersAreDescribed implements QuarkusTestBeforeEachCallback, Filter {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonSchemaFactory SCHEMAS =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

  private static volatile @Nullable ObjectNode document;

  @Override
  public void beforeEach(QuarkusTestMethodContext context) {
    if (RestAssured.filters().stream().noneMatch(AnswersAreDescribed.class::isInstance)) {
      RestAssured.filters(this);
    }
  }

  @Override
  public Response filter(
      FilterableRequestSpecification request,
      FilterableResponseSpecification specification,
      FilterContext context) {
    Response response = context.next(request, specification);
    String path = URI.create(request.getURI()).getPath();
    boolean isOfTheApi = path.startsWith("/api/v1/") || path.startsWith("/schema");
    if (isOfTheApi && !request.getMethod().equals("OPTIONS")) {
      check(request.getMethod(), path, response);
    }
    return response;
  }

  private static void check(String method, String path, Response response) {
    if (document().isEmpty()) {
      return;
    }
    JsonNode answers = answers(method, path);
    if (answers == null) {
      // What is not there, or takes no such method, is not described.
      if (response.statusCode() != 404 && response.statusCode() != 405) {
        throw new AssertionError("%s %s is not in /q/openapi".formatted(method, path));
      }
      return;
    }
    String where = "%s %s answered %d".formatted(method, path, response.statusCode());
    JsonNode described = answers.path(Integer.toString(response.statusCode()));
    if (described.isMissingNode()) {
      throw new AssertionError(where + ", which is not in /q/openapi");
    }
    String type = response.contentType().replaceAll(";.*", "");
    JsonNode content = described.path("content");
    if (!type.isEmpty() && !content.isMissingNode() && !content.has(type)) {
      throw new AssertionError("%s in %s, which is not in /q/openapi".formatted(where, type));
    }
    JsonNode schema = content.path(type).path("schema");
    if (type.endsWith("json") && !schema.isMissingNode()) {
      Set<ValidationMessage> found = found(schema, response.asString());
      if (!found.isEmpty()) {
        throw new AssertionError(where + " otherwise than in /q/openapi: " + found);
      }
    }
  }

  private static Set<ValidationMessage> found(JsonNode schema, String body) {
    try {
      ObjectNode whole = schema.deepCopy();
      whole.set("components", document().path("components"));
      return SCHEMAS.getSchema(whole).validate(JSON.readTree(body));
    } catch (JsonProcessingException e) {
      throw new AssertionError("no JSON: " + body, e);
    }
  }

  private static @Nullable JsonNode answers(String method, String path) {
    for (var each : document().path("paths").properties()) {
      String pattern = Pattern.quote(each.getKey()).replaceAll("\\{\\w+}", "\\\\E[^/]+\\\\Q");
      JsonNode operation = each.getValue().path(method.toLowerCase(Locale.ROOT));
      if (path.matches(pattern) && !operation.isMissingNode()) {
        return operation.path("responses");
      }
    }
    return null;
  }

  /// Empty where a monitor tells nobody without a name: there the others' answers have to do.
  private static synchronized ObjectNode document() {
    ObjectNode known = document;
    if (known == null) {
      try {
        Response read =
            RestAssured.given().noFilters().accept("application/json").get("/q/openapi");
        boolean isForbidden = read.statusCode() == 401;
        String text = isForbidden ? "{}" : read.then().statusCode(200).extract().asString();
        known = (ObjectNode) JSON.readTree(text);
      } catch (JsonProcessingException e) {
        throw new AssertionError(e);
      }
      known.at("/components/schemas").forEach(AnswersAreDescribed::close);
      document = known;
    }
    return known;
  }

  /// In a test nothing may be there that is not described.
  private static void close(JsonNode schema) {
    if (schema instanceof ObjectNode object && object.has("properties")) {
      object.put("additionalProperties", false);
    }
  }
}
