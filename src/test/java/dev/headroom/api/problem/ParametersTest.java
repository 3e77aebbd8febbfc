package dev.headroom.api.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.memory.Category;
import jakarta.ws.rs.WebApplicationException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ParametersTest {

  @Test
  void pagesHaveASize() {
    assertThat(Parameters.limit(1, 10)).isEqualTo(1);
    assertThat(Parameters.limit(10, 10)).isEqualTo(10);
    refuses(() -> Parameters.limit(0, 10), "limit is not 1 to 10: 0");
    refuses(() -> Parameters.limit(11, 10), "limit is not 1 to 10: 11");
    assertThat(Parameters.offset(0)).isZero();
    assertThat(Parameters.offset(7)).isEqualTo(7);
    refuses(() -> Parameters.offset(-1), "offset < 0: -1");
  }

  @Test
  void aFlagIsTrueOrFalse() {
    assertThat(Parameters.flag("f", null)).isFalse();
    assertThat(Parameters.flag("f", "false")).isFalse();
    assertThat(Parameters.flag("f", "true")).isTrue();
    refuses(() -> Parameters.flag("f", "yes"), "f is not true or false: yes");
  }

  @Test
  void aNameIsOneOfTheEnums() {
    assertThat(Parameters.oneOf("c", Category.values(), Category::wireName, null)).isNull();
    assertThat(Parameters.oneOf("c", Category.values(), Category::wireName, "other"))
        .isEqualTo(Category.OTHER);
    refuses(
        () -> Parameters.oneOf("c", Category.values(), Category::wireName, "x"),
        "c unknown: x (known: parameters, feature_maps, activations, gradients, optimizer_state,"
            + " input_data, other)");
  }

  @Test
  void aTextHasAPartWhateverTheCase() {
    assertThat(Parameters.contains("ResNet50", "RESNET")).isTrue();
    assertThat(Parameters.contains("ResNet50", "vgg")).isFalse();
    assertThat(Parameters.contains("ResNet50", null)).isTrue();
    assertThat(Parameters.contains(null, null)).isTrue();
    assertThat(Parameters.contains(null, "x")).isFalse();
  }

  @Test
  void whatIsRepeatedIsCut() {
    assertThat(Parameters.shown("x".repeat(80))).isEqualTo("x".repeat(80));
    assertThat(Parameters.shown("x".repeat(81))).isEqualTo("x".repeat(80) + "…");
  }

  private static void refuses(ThrowingCallable check, String why) {
    assertThatThrownBy(check)
        .isInstanceOfSatisfying(
            WebApplicationException.class,
            refused -> {
              assertThat(refused.getResponse().getStatus()).isEqualTo(400);
              assertThat(((Problem) refused.getResponse().getEntity()).detail()).isEqualTo(why);
            });
  }
}
