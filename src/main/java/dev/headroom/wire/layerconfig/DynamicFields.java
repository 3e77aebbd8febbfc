package dev.headroom.wire.layerconfig;

import dev.headroom.network.tensor.Polynomial;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.wire.json.MalformedException;
import dev.headroom.wire.json.MessageReader;
import dev.headroom.wire.json.MessageWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How numbers follow the extents of the inputs, as a config says it.
final class DynamicFields {

  private static final int MAX_ATTRIBUTES = 16;

  /// Attributes of one number; others are lists.
  private static final Set<String> NUMBERS =
      Set.of(
          "key_length", "num_embeddings", "query_length", "saved_bytes", "saved_bytes_per_sample");

  private DynamicFields() {}

  /// Names of an input's extents, empty for one that does not change.
  static List<String> names(MessageReader in) throws MalformedException, IOException {
    String field = "inputs.dynamic";
    in.array(field);
    var names = new ArrayList<String>();
    while (in.nextElement()) {
      requireRoom(field, names, TensorShape.MAX_RANK);
      names.add(in.isNull() ? "" : in.name(field, LayerConfigDecoder.MAX_NAME));
    }
    return names;
  }

  /// Attributes and their rules.
  static Map<String, List<@Nullable Polynomial>> read(MessageReader in)
      throws MalformedException, IOException {
    in.object("dynamic");
    var rules = new LinkedHashMap<String, List<@Nullable Polynomial>>();
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      if (in.isNull()) {
        continue;
      }
      if (rules.size() == MAX_ATTRIBUTES) {
        throw new MalformedException("dynamic has more than %d fields".formatted(MAX_ATTRIBUTES));
      }
      rules.put(field, NUMBERS.contains(field) ? List.of(polynomial(in)) : polynomials(in));
    }
    return rules;
  }

  private static List<@Nullable Polynomial> polynomials(MessageReader in)
      throws MalformedException, IOException {
    in.array("dynamic");
    var all = new ArrayList<@Nullable Polynomial>();
    while (in.nextElement()) {
      requireRoom("dynamic", all, TensorShape.MAX_RANK);
      all.add(in.isNull() ? null : polynomial(in));
    }
    return all;
  }

  private static Polynomial polynomial(MessageReader in) throws MalformedException, IOException {
    in.array("dynamic");
    var terms = new ArrayList<Polynomial.Term>();
    while (in.nextElement()) {
      requireRoom("dynamic", terms, Polynomial.MAX_TERMS);
      terms.add(term(in));
    }
    return new Polynomial(terms);
  }

  private static Polynomial.Term term(MessageReader in) throws MalformedException, IOException {
    in.object("dynamic");
    List<String> of = List.of();
    long times = 1;
    long over = 1;
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "of" -> of = factors(in);
        case "times" -> times = in.signedInteger("dynamic.times");
        case "over" -> over = in.integer("dynamic.over");
        default -> in.skip();
      }
    }
    if (over < 1) {
      throw new MalformedException("dynamic.over < 1: " + over);
    }
    return new Polynomial.Term(of, times, over);
  }

  private static List<String> factors(MessageReader in) throws MalformedException, IOException {
    in.array("dynamic.of");
    var of = new ArrayList<String>(2);
    while (in.nextElement()) {
      requireRoom("dynamic.of", of, Polynomial.MAX_FACTORS);
      of.add(in.name("dynamic.of", LayerConfigDecoder.MAX_NAME));
    }
    return of;
  }

  private static void requireRoom(String field, List<?> all, int most) throws MalformedException {
    if (all.size() == most) {
      throw new MalformedException("%s has more than %d elements".formatted(field, most));
    }
  }

  /// Writes what [#read] reads.
  static void write(Map<String, List<@Nullable Polynomial>> rules, MessageWriter out)
      throws IOException {
    if (rules.isEmpty()) {
      return;
    }
    out.object(
        "dynamic",
        inner -> {
          for (Map.Entry<String, List<@Nullable Polynomial>> rule : rules.entrySet()) {
            inner.startArray(rule.getKey());
            if (NUMBERS.contains(rule.getKey())) {
              terms(rule.getValue().getFirst(), inner);
            } else {
              for (Polynomial polynomial : rule.getValue()) {
                inner.elements(polynomial == null ? null : elements -> terms(polynomial, elements));
              }
            }
            inner.endArray();
          }
        });
  }

  private static void terms(@Nullable Polynomial polynomial, MessageWriter out) throws IOException {
    for (Polynomial.Term term :
        polynomial == null ? List.<Polynomial.Term>of() : polynomial.terms()) {
      out.element(
          inner -> {
            inner.strings("of", term.of());
            inner.integer("times", term.times());
            inner.integer("over", term.over());
          });
    }
  }
}
