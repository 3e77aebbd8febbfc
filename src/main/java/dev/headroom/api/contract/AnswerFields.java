package dev.headroom.api.contract;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jboss.jandex.ClassInfo;
import org.jboss.jandex.DotName;
import org.jboss.jandex.IndexView;
import org.jboss.jandex.RecordComponentInfo;
import org.jboss.jandex.Type;
import org.jspecify.annotations.Nullable;

/// Which fields of an answer are always there: components of its record that are never null.
final class AnswerFields {

  private static final DotName NULLABLE = DotName.createSimple(Nullable.class);
  private static final DotName UNWRAPPED = DotName.createSimple(JsonUnwrapped.class);
  private static final SnakeCaseStrategy NAMES = new SnakeCaseStrategy();

  private final Map<String, ClassInfo> records = new HashMap<>();

  /// Finds the project's records in the index of a build.
  AnswerFields(IndexView index) {
    for (ClassInfo type : index.getKnownClasses()) {
      if (type.isRecord() && type.name().toString().startsWith("dev.headroom.")) {
        String name = type.simpleName();
        // Of an answer and a record of another package that share a name, the answer.
        if (!records.containsKey(name) || isAnswer(type)) {
          records.put(name, type);
        }
      }
    }
  }

  private static boolean isAnswer(ClassInfo type) {
    return type.name().toString().contains(".api.");
  }

  /// The fields of the schema of that name, as they are written; none where no record has it.
  List<String> alwaysThere(String schema) {
    ClassInfo type = records.get(schema);
    return type == null ? List.of() : alwaysThere(type);
  }

  private List<String> alwaysThere(ClassInfo type) {
    var names = new ArrayList<String>();
    for (RecordComponentInfo component : type.recordComponents()) {
      Type of = component.type();
      if (component.hasAnnotation(UNWRAPPED)
          || type.field(component.name()).hasAnnotation(UNWRAPPED)) {
        names.addAll(alwaysThere(of.name().withoutPackagePrefix().replaceAll(".*\\$", "")));
      } else if (!of.hasAnnotation(NULLABLE)) {
        names.add(NAMES.translate(component.name()));
      }
    }
    return names;
  }
}
