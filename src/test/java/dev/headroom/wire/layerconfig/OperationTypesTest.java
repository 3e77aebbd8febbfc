package dev.headroom.wire.layerconfig;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headroom.network.operation.Operation;
import dev.headroom.network.operation.OperationType;
import dev.headroom.network.operation.OperationType.AttributeKind;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The kinds of layers as the operations say them, against the schema of the contract.
class OperationTypesTest {

  /// What a layer says besides its attributes.
  private static final Set<String> TRAITS =
      Set.of(
          "name",
          "type",
          "inputs",
          "shares",
          "weight",
          "bias_from",
          "held_until",
          "held_in_evaluation",
          "held_in_training",
          "requires_grad",
          "call",
          "autocast",
          "placed",
          "stepped",
          "gradient_copies",
          "dynamic",
          "trainable",
          "training_only",
          "batched",
          "dtype");

  private static final List<OperationType> TYPES = Operation.types();

  @Test
  void eachKindOfLayerHasATypeAndNoTwoShareAName() {
    Set<Object> kinds = TYPES.stream().map(OperationType::operation).collect(Collectors.toSet());
    assertThat(kinds)
        .containsExactlyInAnyOrder((Object[]) Operation.class.getPermittedSubclasses());
    assertThat(TYPES).extracting(OperationType::name).doesNotHaveDuplicates();
  }

  @Test
  void anAttributeIsOfOneKindInWhateverLayer() {
    Map<String, Set<AttributeKind>> kinds = new TreeMap<>();
    for (OperationType type : TYPES) {
      type.attributes()
          .forEach((name, kind) -> kinds.computeIfAbsent(name, _ -> new TreeSet<>()).add(kind));
    }
    assertThat(kinds).hasSizeGreaterThan(40);
    assertThat(kinds).allSatisfy((_, all) -> assertThat(all).hasSize(1));
  }

  @Test
  void theSchemaNamesTheSameTypes() throws IOException {
    // Given
    var named = new TreeSet<String>();
    layer().at("/type/enum").forEach(name -> named.add(name.asText()));
    // Then
    assertThat(TYPES).extracting(OperationType::name).containsExactlyInAnyOrderElementsOf(named);
  }

  @Test
  void theSchemaHasTheSameAttributesOfTheSameKinds() throws IOException {
    // Given
    var inSchema = new TreeMap<String, AttributeKind>();
    layer()
        .properties()
        .forEach(
            property -> {
              if (!TRAITS.contains(property.getKey())) {
                inSchema.put(property.getKey(), kind(property.getValue()));
              }
            });
    var inTable = new TreeMap<String, AttributeKind>();
    TYPES.forEach(type -> inTable.putAll(type.attributes()));
    // Then
    assertThat(inSchema).isEqualTo(inTable);
    assertThat(layer().properties()).extracting(Map.Entry::getKey).containsAll(TRAITS);
  }

  private static AttributeKind kind(JsonNode property) {
    return switch (property.path("type").asText(property.path("$ref").asText())) {
      case "string" -> AttributeKind.STRING;
      case "boolean" -> AttributeKind.BOOLEAN;
      case "#/$defs/numbers" -> AttributeKind.NUMBERS;
      case "#/$defs/integers" -> AttributeKind.INTEGERS;
      default -> throw new AssertionError("not of a kind of attributes: " + property);
    };
  }

  private static JsonNode layer() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            OperationTypesTest.class.getResourceAsStream("/schema/layer-config.json"))) {
      return new ObjectMapper().readTree(in).at("/$defs/layer/properties");
    }
  }
}
