package dev.headroom.api.contract;

import dev.headroom.api.problem.Problem;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestPath;

/// The contract of the messages: an AsyncAPI document and the JSON Schemas that it names.
@Path("/schema")
final class SchemaResource {

  private static final String JSON_SCHEMA = "application/schema+json";
  private static final String YAML = "application/yaml";

  private static final List<String> NAMES =
      List.of(
          "asyncapi.yaml",
          "dead-letter-headers.json",
          "device-sample.json",
          "job-summary.json",
          "layer-config.json",
          "lesson.json",
          "memory-sample.json");

  private final Map<String, byte[]> files =
      NAMES.stream().collect(Collectors.toMap(Function.identity(), SchemaResource::read));

  @GET
  @Produces("application/json")
  public List<String> list() {
    return NAMES.stream().map(name -> "/schema/" + name).toList();
  }

  /// One file of the contract.
  @GET
  @Path("/{file}")
  @Produces({JSON_SCHEMA, YAML})
  @APIResponse(
      responseCode = "200",
      description = "A JSON Schema, or the AsyncAPI document",
      content = {
        @Content(mediaType = JSON_SCHEMA, schema = @Schema(type = SchemaType.OBJECT)),
        @Content(mediaType = YAML, schema = @Schema(type = SchemaType.OBJECT))
      })
  @APIResponse(responseCode = "304", description = "It is still that of If-None-Match")
  public Response file(
      @RestPath @Parameter(description = "One of `GET /schema`.", example = "layer-config.json")
          String file,
      Request request) {
    byte[] content = files.get(file);
    if (content == null) {
      throw Problem.of(404, "schema unknown: GET /schema lists them").exception();
    }
    var tag = new EntityTag(Integer.toHexString(Arrays.hashCode(content)));
    Response.ResponseBuilder unchanged = request.evaluatePreconditions(tag);
    return (unchanged != null ? unchanged : Response.ok(content))
        .type(file.endsWith(".yaml") ? YAML : JSON_SCHEMA)
        .tag(tag)
        .build();
  }

  private static byte[] read(String name) {
    try (InputStream in =
        Objects.requireNonNull(SchemaResource.class.getResourceAsStream("/schema/" + name))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }
}
