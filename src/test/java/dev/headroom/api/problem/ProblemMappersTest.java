package dev.headroom.api.problem;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProblemMappersTest {

  private final ProblemMappers mappers = new ProblemMappers();

  @ParameterizedTest
  @CsvSource({
    "404, nothing is at /x",
    "406, /x has no answer of a media type that Accept takes",
    "415, /x takes application/json",
    "400, the request could not be read"
  })
  void whatTheFrameworkRefusesIsAProblem(int status, String detail) {
    Response answer = mappers.refused(new WebApplicationException(status), AskedUri.of("/x"));
    assertThat(answer.getEntity()).isEqualTo(Problem.of(status, detail));
    assertThat(answer.getStatus()).isEqualTo(status);
    assertThat(answer.getHeaderString(HttpHeaders.CONTENT_TYPE))
        .isEqualTo("application/problem+json");
  }

  @Test
  void whatIsAProblemAlreadyStaysOne() {
    WebApplicationException refusal = Problem.of(400, "mine").exception();
    assertThat(mappers.refused(refusal, AskedUri.of("/x"))).isSameAs(refusal.getResponse());
  }

  @Test
  void aMethodThatIsNotAllowedNamesThoseThatAre() {
    Response answer =
        mappers.refused(
            new NotAllowedException(Response.status(405).header("X-Own", "kept").build()),
            AskedUri.of("/nowhere"));
    assertThat(answer.getEntity())
        .isEqualTo(Problem.of(405, "/nowhere does not answer this method"));
    assertThat(answer.getHeaders()).containsKey(HttpHeaders.ALLOW);
    assertThat(answer.getHeaderString("X-Own")).isEqualTo("kept");
  }

  @Test
  void aParameterThatIsNoNumberIsNamed() {
    var unread = new NotFoundException(new NumberFormatException("For input string: \"odd\""));
    assertThat(mappers.refused(unread, AskedUri.of("/x", "limit", "odd")).getEntity())
        .isEqualTo(Problem.of(400, "limit is no whole number: odd"));
    assertThat(mappers.refused(unread, AskedUri.of("/x", "limit", "5")).getEntity())
        .isEqualTo(Problem.of(400, "a parameter could not be read: For input string: \"odd\""));
  }

  @Test
  void aFaultOfOursSaysNothingOfItself() {
    assertThat(mappers.failed(new IllegalStateException("secret"), AskedUri.of("/x")).getEntity())
        .isEqualTo(Problem.of(500, "the monitor failed; its log says why"));
  }
}
