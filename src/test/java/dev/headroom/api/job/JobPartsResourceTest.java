package dev.headroom.api.job;

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
import dev.headroom.api.view.LayerView;
import dev.headroom.history.EndedRuns;
import dev.headroom.history.HistoryBounds;
import dev.headroom.history.JobHistories;
import dev.headroom.ledger.Arrival;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.live.LedgerKeeper;
import dev.headroom.memory.Category;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.RunOutcome;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class JobPartsResourceTest {

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

  private final EndedRuns runs = new EndedRuns(HistoryBounds.of(10, 10));

  @Test
  void aJobInDetailHasItsSevenCategories() throws JsonProcessingException {
    // When
    JobDetail detail = parts().detail("resnet50-7f3a");

    // Then
    assertThat(JSON.writeValueAsString(detail))
        .isEqualTo(
            """
                {
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
  void layersComeInPages() {
    JobPartsResource parts = parts();
    assertThat(parts.layers("resnet50-7f3a", 1, 5).layers())
        .containsExactly(new LayerView("fc", "linear", 40, 30, 20, 10, "exact"));
    assertThatThrownBy(() -> parts.layers("nobody", 0, 5)).hasMessage("job unknown: nobody");
    assertThatThrownBy(() -> parts.layers("vgg16-1", -1, 5)).hasMessage("offset < 0: -1");
  }

  @Test
  void aRunThatEndedStillHasItsDetailAndItsLayers() {
    // Given
    var keeper = new LedgerKeeper(snapshot);
    Instant end = SnapshotBuilder.START.plusSeconds(4);
    MemorySample last =
        SnapshotBuilder.sample("resnet50-7f3a", "GPU-1", 4)
            .phase(JobPhase.ENDED)
            .outcome(RunOutcome.OUT_OF_MEMORY)
            .allocated(new MemorySize(10))
            .build();
    var _ = keeper.fold(List.of(new Arrival.Received(new MemorySampled(last), 0)), end);
    runs.record(Objects.requireNonNull(keeper.snapshot().jobs().get("resnet50-7f3a")), end);

    // When it is no longer listed
    var _ = keeper.fold(List.of(new Arrival.TimePassed()), end.plusSeconds(3600));
    assertThat(keeper.snapshot().jobs().get("resnet50-7f3a")).isNull();

    // Then
    JobPartsResource parts = parts(keeper);
    JobDetail detail = parts.detail("resnet50-7f3a");
    assertThat(detail.outcome()).isEqualTo("out_of_memory");
    assertThat(JSON.valueToTree(detail).at("/measured_peak/allocated_bytes").asLong())
        .isEqualTo(2400);
    assertThat(parts.layers("resnet50-7f3a", 0, 5).total()).isEqualTo(2);
  }

  private JobPartsResource parts() {
    return parts(new LedgerKeeper(snapshot));
  }

  private JobPartsResource parts(LedgerKeeper keeper) {
    return new JobPartsResource(
        new Rosters(keeper), new JobHistories(HistoryBounds.of(10, 10)), runs);
  }
}
