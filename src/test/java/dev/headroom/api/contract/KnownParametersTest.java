package dev.headroom.api.contract;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.api.problem.AskedUri;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ResourceInfo;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import org.jboss.resteasy.reactive.RestQuery;
import org.junit.jupiter.api.Test;

class KnownParametersTest {

  private final KnownParameters known = new KnownParameters();

  @SuppressWarnings("unused") // read by reflection
  private static final class Bean {
    @RestQuery String host = "";
    String unrelated = "";
  }

  @SuppressWarnings("unused") // read by reflection
  private interface Resource {

    void get(
        @RestQuery int limit,
        @RestQuery("gpu_model") String model,
        @QueryParam("old") String old,
        @RestQuery List<String> name,
        @BeanParam Bean bean,
        String body);

    void none();
  }

  private record Asked(Method getResourceMethod, Class<?> getResourceClass)
      implements ResourceInfo {}

  @Test
  void whatAResourceTakesPasses() {
    assertThatCode(
            () ->
                ask(
                    "get",
                    "limit",
                    "5",
                    "gpu_model",
                    "x",
                    "old",
                    "y",
                    "host",
                    "z",
                    "name",
                    "a",
                    "name",
                    "b"))
        .doesNotThrowAnyException();
  }

  @Test
  void whatWouldChangeNothingIsRefused() {
    refused("parameter unknown: odd (known: gpu_model, host, limit, name, old)", "get", "odd", "1");
    refused("parameter unknown: unrelated (known: gpu_model", "get", "unrelated", "1");
    refused("parameter unknown: body (known: none)", "none", "body", "1");
    refused("parameter unknown: " + "x".repeat(80) + " (", "none", "x".repeat(81), "1");
    refused("limit is there twice", "get", "limit", "1", "limit", "2");
    refused("limit is no number", "get", "limit", " ");
    assertThatCode(() -> ask("get", "host", " ")).doesNotThrowAnyException();
  }

  private void refused(String why, String method, String... query) {
    assertThatThrownBy(() -> ask(method, query)).hasMessageStartingWith(why);
  }

  private void ask(String method, String... query) {
    Method asked =
        Arrays.stream(Resource.class.getDeclaredMethods())
            .filter(it -> it.getName().equals(method))
            .findFirst()
            .orElseThrow();
    known.requireKnown(new Asked(asked, Resource.class), AskedUri.of("/x", query));
  }
}
