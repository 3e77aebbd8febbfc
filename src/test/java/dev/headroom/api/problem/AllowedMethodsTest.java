package dev.headroom.api.problem;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;

class AllowedMethodsTest {

  @Path("/allowed/{id}")
  @SuppressWarnings("unused") // read by reflection
  private interface Resource {

    @GET
    void get();

    @DELETE
    void delete();

    @POST
    @Path("/part/{of}")
    void post();
  }

  private record Asked(Method getResourceMethod, Class<?> getResourceClass)
      implements ResourceInfo {}

  @Test
  void aPathHasTheMethodsOfItsResources() {
    // Given
    var context =
        (FeatureContext)
            Proxy.newProxyInstance(
                AllowedMethodsTest.class.getClassLoader(),
                new Class<?>[] {FeatureContext.class},
                (_, method, _) -> {
                  throw new UnsupportedOperationException(method.getName());
                });
    for (Method method : Resource.class.getDeclaredMethods()) {
      new AllowedMethods().configure(new Asked(method, Resource.class), context);
    }

    // Then
    assertThat(AllowedMethods.of("/allowed/7")).isEqualTo("DELETE, GET, HEAD, OPTIONS");
    assertThat(AllowedMethods.of("/allowed/7/part/x")).isEqualTo("OPTIONS, POST");
    assertThat(AllowedMethods.of("/allowed")).isEmpty();
    assertThat(AllowedMethods.of("/allowed/7/part")).isEmpty();
  }
}
