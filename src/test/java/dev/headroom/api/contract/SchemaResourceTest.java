package dev.headroom.api.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Variant;
import java.util.Date;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SchemaResourceTest {

  private final SchemaResource schemas = new SchemaResource();

  /// A request that has a version of a file, or none.
  private record Asked(@Nullable EntityTag known) implements Request {

    @Override
    public String getMethod() {
      return "GET";
    }

    @Override
    public @Nullable Variant selectVariant(List<Variant> variants) {
      return null;
    }

    @Override
    public Response.@Nullable ResponseBuilder evaluatePreconditions(EntityTag tag) {
      return tag.equals(known) ? Response.notModified() : null;
    }

    @Override
    public Response.@Nullable ResponseBuilder evaluatePreconditions(Date modified) {
      return null;
    }

    @Override
    public Response.@Nullable ResponseBuilder evaluatePreconditions(Date modified, EntityTag tag) {
      return evaluatePreconditions(tag);
    }

    @Override
    public Response.@Nullable ResponseBuilder evaluatePreconditions() {
      return null;
    }
  }

  @Test
  void everyFileThatIsListedIsThere() {
    assertThat(schemas.list()).hasSize(7).contains("/schema/asyncapi.yaml");
    for (String path : schemas.list()) {
      String name = path.substring("/schema/".length());
      Response answer = schemas.file(name, new Asked(null));
      assertThat(answer.getStatus()).isEqualTo(200);
      assertThat(answer.getMediaType())
          .isEqualTo(
              MediaType.valueOf(
                  name.endsWith(".yaml") ? "application/yaml" : "application/schema+json"));
      assertThat(new String((byte[]) answer.getEntity(), UTF_8))
          .contains(name.endsWith(".yaml") ? "asyncapi:" : "\"$schema\"");
    }
  }

  @Test
  void whatIsStillSoIsNotSentAgain() {
    EntityTag tag = schemas.file("lesson.json", new Asked(null)).getEntityTag();
    assertThat(schemas.file("lesson.json", new Asked(tag)).getStatus()).isEqualTo(304);
    assertThat(schemas.file("job-summary.json", new Asked(tag)).getStatus()).isEqualTo(200);
  }

  @Test
  void whatIsNoneIsUnknown() {
    assertThatThrownBy(() -> schemas.file("../x", new Asked(null)))
        .hasMessage("schema unknown: GET /schema lists them");
  }
}
