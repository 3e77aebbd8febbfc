package dev.headroom.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.headroom.api.roster.Rosters;
import dev.headroom.api.view.JobDetail;
import dev.headroom.api.view.JobView;
import dev.headroom.api.view.LayerView;
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
                    "state" : "within_budget",
                    "severity" : "notice",
                    "concerns" : [ "slightly_over_budget" ],
                    "confidence" : "exact",
                    "predicted_peak" : {
                      "tensor_bytes" : 1900,
                      "allocated_bytes" : 2000,
                      "reserved_bytes" : 2400,
                      "device_p50_bytes" : 2800,
                      "device_p95_bytes" : 3000,
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
  void aJobInDetailHasItsSevenCategories() throws JsonProcessingException {
    // When
    JobDetail detail = jobs().detail("resnet50-7f3a");

    // Then
    assertThat(JSON.writeValueAsString(detail))
        .isEqualTo(
            """
                {
                  "job" : "resnet50-7f3a",
                  "run" : "1",
                  "model" : "resnet50",
                  "state" : "within_budget",
                  "severity" : "notice",
                  "concerns" : [ "slightly_over_budget" ],
                  "confidence" : "exact",
                  "predicted_peak" : {
                    "tensor_bytes" : 1900,
                    "allocated_bytes" : 2000,
                    "reserved_bytes" : 2400,
                    "device_p50_bytes" : 2800,
                    "device_p95_bytes" : 3000,
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
                  "last_sample" : "2026-11-23T21:00:02Z",
                  "setup" : {
                    "framework" : "pytorch 2.15.0",
                    "mode" : "training",
                    "batch_size" : 32,
                    "optimizer" : "sgd",
                    "parameters" : "float32",
                    "compute" : "float32",
                    "strategy" : "none",
                    "world_size" : 1
                  },
                  "reasons" : [ ],
                  "categories" : [ {
                    "category" : "parameters",
                    "predicted_bytes" : 100,
                    "predicted_maximum_bytes" : 100,
                    "measured_bytes" : 101
                  }, {
                    "category" : "feature_maps",
                    "predicted_bytes" : 200,
                    "predicted_maximum_bytes" : 0
                  }, {
                    "category" : "activations",
                    "predicted_bytes" : 300,
                    "predicted_maximum_bytes" : 0
                  }, {
                    "category" : "gradients",
                    "predicted_bytes" : 400,
                    "predicted_maximum_bytes" : 0
                  }, {
                    "category" : "optimizer_state",
                    "predicted_bytes" : 500,
                    "predicted_maximum_bytes" : 0
                  }, {
                    "category" : "input_data",
                    "predicted_bytes" : 600,
                    "predicted_maximum_bytes" : 0
                  }, {
                    "category" : "other",
                    "predicted_bytes" : 700,
                    "predicted_maximum_bytes" : 0
                  } ],
                  "drift_causes" : [ ],
                  "layers" : 2,
                  "heaviest_layers" : [ {
                    "name" : "conv1",
                    "type" : "conv2d",
                    "parameter_bytes" : 60,
                    "output_bytes" : 90,
                    "saved_bytes" : 80,
                    "at_peak_bytes" : 70,
                    "confidence" : "exact"
                  }, {
                    "name" : "fc",
                    "type" : "linear",
                    "parameter_bytes" : 40,
                    "output_bytes" : 30,
                    "saved_bytes" : 20,
                    "at_peak_bytes" : 10,
                    "confidence" : "exact"
                  } ],
                  "placements" : [ {
                    "rank" : 0,
                    "gpu" : "GPU-1",
                    "host" : "gpu-07",
                    "pid" : 4711,
                    "phase" : "forward",
                    "step" : 5,
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
                    "contested" : false
                  } ],
                  "samples" : {
                    "applied" : 1,
                    "duplicate" : 0,
                    "late" : 0,
                    "skewed" : 0
                  },
                  "first_sample" : "2026-11-23T21:00:02Z",
                  "past_runs" : [ ]
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

  @Test
  void layersComeInPages() {
    assertThat(jobs().layers("resnet50-7f3a", 1, 5).layers())
        .containsExactly(new LayerView("fc", "linear", 40, 30, 20, 10, "exact"));
    assertThatThrownBy(() -> jobs().layers("nobody", 0, 5)).hasMessage("job unknown: nobody");
    assertThatThrownBy(() -> jobs().layers("vgg16-1", -1, 5)).hasMessage("offset < 0: -1");
  }

  private JobsResource jobs() {
    return new JobsResource(new Rosters(keeper()));
  }

  private LedgerKeeper keeper() {
    return new LedgerKeeper(snapshot);
  }
}
