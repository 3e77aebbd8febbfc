package dev.headroom.api.contract;

import dev.headroom.api.problem.Problem;
import dev.headroom.budget.Confidence;
import dev.headroom.budget.trace.IterationPhase;
import dev.headroom.ledger.condition.BudgetGap;
import dev.headroom.ledger.condition.JobStatus;
import dev.headroom.memory.Category;
import dev.headroom.network.setup.Parallelism;
import dev.headroom.network.setup.RunMode;
import dev.headroom.plan.fit.FitVerdict;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.RunOutcome;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;
import org.jboss.jandex.IndexView;

/// Completes the OpenAPI document while the monitor is built: which errors an operation answers,
/// which values a field can have, which fields are always there, and what each of them is.
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public final class ApiDocument implements OASFilter {

  /// The values of fields that have a fixed set, by the field or by its schema and its name.
  private static final Map<String, List<Object>> VALUES =
      Map.ofEntries(
          values("state", JobStatus.values(), JobStatus::wireName),
          values("budget_missing", BudgetGap.values(), BudgetGap::wireName),
          values("confidence", Confidence.values(), Confidence::wireName),
          values("category", Category.values(), Category::wireName),
          values("verdict", FitVerdict.values(), FitVerdict::wireName),
          values("outcome", RunOutcome.values(), RunOutcome::wireName),
          // A run may be replaced by the job's next one and say nothing of its end.
          Map.entry(
              "EndedView.outcome", List.of("completed", "failed", "out_of_memory", "replaced")),
          values("Predicted.phase", IterationPhase.values(), IterationPhase::wireName),
          values("PlacementView.phase", JobPhase.values(), JobPhase::wireName),
          values("Setup.mode", RunMode.values(), RunMode::wireName),
          values("strategy", Parallelism.Strategy.values(), Parallelism.Strategy::wireName));

  /// Which operations belong together, by how their paths begin.
  private static final Map<String, String> TAGS =
      Map.of(
          "/api/v1/accuracy", "jobs",
          "/api/v1/jobs", "jobs",
          "/api/v1/events", "jobs",
          "/api/v1/fleet", "fleet",
          "/api/v1/rightsizing", "fleet",
          "/api/v1/plan", "plans",
          "/api/v1/predict", "plans",
          "/schema", "contract");

  private final FieldTexts texts = FieldTexts.read();
  private final AnswerFields fields;

  public ApiDocument(IndexView index) {
    fields = new AnswerFields(index);
  }

  @Override
  public void filterOpenAPI(OpenAPI document) {
    document.getComponents().getSchemas().forEach(this::complete);
    document
        .getPaths()
        .getPathItems()
        .forEach(
            (path, item) ->
                item.getOperations().values().forEach(operation -> complete(path, operation)));
  }

  @Override
  public Parameter filterParameter(Parameter parameter) {
    List<Object> known = VALUES.get(parameter.getName());
    if (known != null && parameter.getSchema() != null) {
      parameter.getSchema().setEnumeration(known);
    }
    if (parameter.getDescription() == null) {
      parameter.setDescription(texts.ofParameter(parameter.getName()));
    }
    return parameter;
  }

  private void complete(String name, Schema schema) {
    if (schema.getProperties() == null) {
      return;
    }
    schema
        .getProperties()
        .forEach(
            (field, property) -> {
              if (property.getDescription() == null) {
                property.setDescription(texts.of(name, field));
              }
              List<Object> known = VALUES.getOrDefault(name + "." + field, VALUES.get(field));
              if (known != null) {
                property.setEnumeration(known);
              }
            });
    List<String> required = new ArrayList<>(fields.alwaysThere(name));
    required.retainAll(schema.getProperties().keySet());
    if (!required.isEmpty()) {
      schema.setRequired(required);
    }
  }

  private void complete(String path, Operation operation) {
    addErrors(operation, path.contains("{"));
    TAGS.forEach(
        (start, tag) -> {
          if (path.startsWith(start)) {
            operation.setTags(List.of(tag));
          }
        });
    String summary = texts.ofOperation(operation.getOperationId());
    if (summary != null) {
      operation.setSummary(summary);
    }
    if (operation.getRequestBody() != null) {
      String example = path.endsWith("/plan") ? "plan" : "layerConfig";
      operation
          .getRequestBody()
          .getContent()
          .getMediaType(MediaType.APPLICATION_JSON)
          .addExample(example, OASFactory.createExample().ref("#/components/examples/" + example));
    }
  }

  private static void addErrors(Operation operation, boolean namesSomething) {
    Map<String, String> errors = new LinkedHashMap<>();
    boolean hasBody = operation.getRequestBody() != null;
    errors.put("400", "A parameter or the body is wrong; the detail says which and why");
    errors.put("401", "Who asks is not known, where access is restricted");
    if (namesSomething) {
      errors.put("404", "It is not known");
    }
    errors.put("406", "It is answered in another format");
    errors.put("414", "The address is longer than the monitor takes");
    if (hasBody) {
      errors.put("413", "The body is longer than the monitor takes");
      errors.put("415", "The body is in another format");
      errors.put("429", "Others are being worked out; come back after Retry-After seconds");
    }
    errors.put("500", "The monitor failed; its log says why");
    APIResponses answers = operation.getResponses();
    errors.forEach(
        (status, description) -> {
          if (!answers.hasAPIResponse(status)) {
            answers.addAPIResponse(
                status, OASFactory.createAPIResponse().description(description).content(problem()));
          }
        });
  }

  private static Content problem() {
    Schema schema = OASFactory.createSchema().ref("#/components/schemas/Problem");
    return OASFactory.createContent()
        .addMediaType(Problem.MEDIA_TYPE, OASFactory.createMediaType().schema(schema));
  }

  private static <E> Map.Entry<String, List<Object>> values(
      String field, E[] all, Function<E, String> name) {
    return Map.entry(field, List.copyOf(Arrays.stream(all).map(name).toList()));
  }
}
