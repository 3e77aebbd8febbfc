package dev.headroom.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.headroom.api.roster.Rosters;
import dev.headroom.api.view.JobView;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.live.LedgerKeeper;
import dev.headroom.memory.Category;
import dev.headroom.memory.MemorySize;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JobsResourceTest {

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .registerModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .setDefaultPropertyInclusion(JsonInclude.Include.NON_NULL)
          .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT);

  private final Snapshot snapshot =
      new SnapshotBuilder()
          .with(SnapshotBuilder.gpu("GPU-1", 1, 3500), 1)
          .with(SnapshotBuilder.config("resnet50-7f3a", "resnet50"), 1)
          .with(SnapshotBuilder.config("vgg16-1", "vgg16"), 1)
          .with(
              SnapshotBuilder.sample("resnet50-7f3a", "GPU-1", 2)
                  .allocated(new MemorySize(2400))
                  .reserved(new MemorySize(2400))
                  .processUsed(new MemorySize(3000))
                  .categories(Map.of(Category.PARAMETERS, new MemorySize(101)))
                  .build(),
              3)
          .snapshot();

  @Test
  void aJobInAListIsPredictedBesideMeasured() throws JsonProcessingException {
    // When
    JobsResource.Page page =
        jobs().list("name", "within_budget", null, "a100", "RESNET", null, 100);

    // Then
    assertThat(JSON.writeValueAsString(page))
        .isEqualTo(
            """
                {
                  "at" : "2026-11-23T21:00:03Z",
                  "total" : 1,
                  "jobs" : [ {
                    "job" : "resnet50-7f3a",
                    "run" : "1",
                    "model" : "resnet50",
                    "owner" : "alice@example.com",
                    "team" : "vision",
                    "state" : "within_budget",
                    "severity" : "notice",
                    "concerns" : [ "slightly_over_budget" ],
                    "confidence" : "exact",
                    "preallocates" : false,
                    "predicted_peak" : {
                      "tensor_bytes" : 1900,
                      "allocated_bytes" : 2000,
                      "reserved_bytes" : 2400,
                      "device_p50_bytes" : 2800,
                      "device_p95_bytes" : 3000,
                      "kernel_temporaries_allocated_bytes" : 0,
                      "kernel_temporaries_reserved_bytes" : 0,
                      "phase" : "backward",
                      "layer" : "conv1"
                    },
                    "predicted_categories" : {
                      "parameters" : 100,
                      "feature_maps" : 200,
                      "activations" : 300,
                      "gradients" : 400,
                      "optimizer_state" : 500,
                      "input_data" : 600,
                      "other" : 700
                    },
                    "measured" : {
                      "allocated_bytes" : 2400,
                      "reserved_bytes" : 2400,
                      "process_used_bytes" : 3000
                    },
                    "measured_peak" : {
                      "allocated_bytes" : 2400,
                      "reserved_bytes" : 2400,
                      "process_used_bytes" : 3000
                    },
                    "drift" : {
                      "allocated" : {
                        "bytes" : 400,
                        "ratio" : 0.2
                      },
                      "reserved" : {
                        "bytes" : 0,
                        "ratio" : 0.0
                      },
                      "device" : {
                        "bytes" : 200,
                        "ratio" : 0.07142857142857142
                      }
                    },
                    "worst_drift" : {
                      "size" : "allocated",
                      "bytes" : 400,
                      "ratio" : 0.2
                    },
                    "fullest" : {
                      "gpu" : "GPU-1",
                      "gpu_model" : "NVIDIA A100-SXM4-40GB",
                      "host" : "gpu-07"
                    },
                    "ranks" : 1,
                    "gpus" : [ "GPU-1" ],
                    "last_sample" : "2026-11-23T21:00:02Z"
                  } ]
                }\
                """);
  }

  @Test
  void pagesFollowEachOther() {
    // When
    JobsResource.Page first = jobs().list("name", null, null, null, null, null, 1);
    JobsResource.Page second = jobs().list("name", null, null, null, null, first.next(), 1);

    // Then
    assertThat(first.total()).isEqualTo(2);
    assertThat(first.jobs()).extracting(JobView::job).containsExactly("resnet50-7f3a");
    assertThat(second.jobs()).extracting(JobView::job).containsExactly("vgg16-1");
    assertThat(second.next()).isNull();
  }

  private JobsResource jobs() {
    return new JobsResource(new Rosters(keeper()));
  }

  private LedgerKeeper keeper() {
    return new LedgerKeeper(snapshot);
  }
}
