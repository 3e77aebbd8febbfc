package dev.headroom.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnershipTest {

  @Test
  void takesNamesOfPeopleAndOfAccounts() {
    var ownership = new Ownership("alice@example.com", "vision/eu", "a".repeat(64));
    assertThat(ownership.team()).isEqualTo("vision/eu");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "é", "a\"b", "a\nb"})
  void refusesWhatNoLabelShouldHave(String name) {
    assertThatThrownBy(() -> new Ownership(name, "", ""))
        .hasMessage("owner is not 1 to 64 of A-Za-z0-9._:@/-: " + name);
    assertThatThrownBy(() -> new Ownership("", name, "")).hasMessageStartingWith("team is not");
    assertThatThrownBy(() -> new Ownership("", "", name))
        .hasMessageStartingWith("namespace is not");
  }

  @Test
  void isUnknownWhereNobodySaidAnyOfIt() {
    assertThat(Ownership.of(null, null, null)).isSameAs(Ownership.UNKNOWN);
    assertThat(Ownership.UNKNOWN.isUnknown()).isTrue();
    assertThat(Ownership.of(null, "vision", null)).isEqualTo(new Ownership("", "vision", ""));
    for (Ownership known :
        List.of(
            new Ownership("a", "", ""), new Ownership("", "a", ""), new Ownership("", "", "a"))) {
      assertThat(known.isUnknown()).isFalse();
    }
  }

  @Test
  void refusesAPartThatIsSaidAndEmpty() {
    assertThatThrownBy(() -> Ownership.of(null, "", null))
        .hasMessage("team is not 1 to 64 of A-Za-z0-9._:@/-: ");
  }

  @Test
  void refusesMoreThan64Characters() {
    assertThatThrownBy(() -> new Ownership("", "t".repeat(65), ""))
        .hasMessageStartingWith("team is not 1 to 64");
  }
}
