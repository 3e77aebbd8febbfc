package dev.headroom.api.view;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.headroom.api.roster.RosterEntry;
import dev.headroom.budget.Budget;
import dev.headroom.budget.LayerCost;
import dev.headroom.budget.Prediction;
import dev.headroom.calibration.drift.Explanation;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.condition.MissingBudget;
import dev.headroom.ledger.place.JobPlaces;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.Placement;
import dev.headroom.ledger.state.VerdictCounts;
import dev.headroom.memory.Category;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One job with its set-up, its budget and its measurements.
///
/// @param reasons why the prediction is not exact, or why there is none
/// @param categories the seven, predicted at the peak beside measured on the fullest rank
/// @param driftCauses what fits its drift, the best first; empty where it does not drift
/// @param layers how many layers the budget has; they are listed by `/layers`
/// @param heaviestLayers those with most memory at the peak, parameters included
/// @param placements at most [#MAX_PLACEMENTS] of its ranks, the fullest first
public record JobDetail(
    @JsonUnwrapped JobView listed,
    @Nullable Setup setup,
    List<String> reasons,
    List<CategoryView> categories,
    List<DriftCauseView> driftCauses,
    int layers,
    List<LayerView> heaviestLayers,
    List<PlacementView> placements,
    Samples samples,
    @Nullable Instant firstSample,
    @Nullable Instant endedAt,
    @Nullable String outcome,
    List<String> pastRuns) {

  static final int MAX_PLACEMENTS = 256;
  private static final int HEAVIEST = 20;

  public JobDetail {
    reasons = List.copyOf(reasons);
    categories = List.copyOf(categories);
    driftCauses = List.copyOf(driftCauses);
    heaviestLayers = List.copyOf(heaviestLayers);
    placements = List.copyOf(placements);
    pastRuns = List.copyOf(pastRuns);
  }

  /// How a job trains.
  record Setup(
      String framework,
      String mode,
      int batchSize,
      String optimizer,
      String parameters,
      String compute,
      String strategy,
      int worldSize) {

    static Setup of(LayerConfig config) {
      var setup = config.setup();
      return new Setup(
          (config.framework().name() + " " + config.framework().version()).strip(),
          setup.mode().wireName(),
          setup.batchSize(),
          setup.optimizer().kind().wireName(),
          setup.precision().parameters().wireName(),
          setup.precision().autocast().wireName(),
          setup.parallelism().strategy().wireName(),
          setup.parallelism().worldSize());
    }
  }

  /// One category.
  ///
  /// @param predictedBytes at the peak
  /// @param predictedMaximumBytes the most it holds at any time
  record CategoryView(
      String category,
      @Nullable Long predictedBytes,
      @Nullable Long predictedMaximumBytes,
      @Nullable Long measuredBytes) {}

  /// A what-if under which the job should hold what was measured.
  ///
  /// @param words such as `batch 64 (declared 32)`
  record DriftCauseView(String cause, String words) {

    private static DriftCauseView of(Explanation explanation) {
      return new DriftCauseView(explanation.cause().wireName(), explanation.words());
    }
  }

  /// One rank on one GPU.
  record PlacementView(
      @Nullable Integer rank,
      String gpu,
      @Nullable String host,
      @Nullable Long pid,
      @Nullable String phase,
      @Nullable Long step,
      @Nullable String outcome,
      SizesView.Measured measured,
      SizesView.Measured measuredPeak,
      @Nullable Long gpuTotalBytes,
      @Nullable Long gpuUsedBytes,
      boolean contested) {

    private static PlacementView of(Placement placement) {
      return new PlacementView(
          placement.rank(),
          placement.gpu(),
          placement.host(),
          placement.pid(),
          placement.phase() == null ? null : placement.phase().wireName(),
          placement.step(),
          placement.outcome() == null ? null : placement.outcome().wireName(),
          SizesView.Measured.of(placement.latest()),
          SizesView.Measured.of(placement.peaks()),
          SizesView.bytes(placement.latest().deviceTotal()),
          SizesView.bytes(placement.latest().deviceUsed()),
          placement.contested());
    }
  }

  /// What became of a job's samples.
  record Samples(long applied, long duplicate, long late, long skewed) {

    private static Samples of(VerdictCounts tally) {
      return new Samples(tally.applied(), tally.duplicate(), tally.late(), tally.skewed());
    }
  }

  public static JobDetail of(RosterEntry entry, Snapshot snapshot) {
    JobState job = entry.job();
    List<LayerCost> layers = job.budget().map(Budget::layers).orElse(List.of());
    return new JobDetail(
        JobView.of(entry, snapshot),
        job.registration() == null ? null : Setup.of(job.registration().config()),
        reasons(job, snapshot),
        categories(job),
        driftCauses(job, snapshot),
        layers.size(),
        layers.stream()
            .sorted(Comparator.comparingLong(LayerView::weight).reversed())
            .limit(HEAVIEST)
            .map(LayerView::of)
            .toList(),
        job.placements().stream()
            .sorted(Comparator.comparingLong(JobDetail::held).reversed())
            .limit(MAX_PLACEMENTS)
            .map(PlacementView::of)
            .toList(),
        Samples.of(job.tally()),
        job.firstSample(),
        job.endedAt(),
        job.endedAt() == null ? null : job.outcome().wireName(),
        job.pastRuns());
  }

  private static List<DriftCauseView> driftCauses(JobState job, Snapshot snapshot) {
    boolean drifts =
        snapshot.condition(job).isJudged() && !snapshot.evidence(job).excesses().isEmpty();
    return drifts && job.registration() != null
        ? job.registration().reasons().explanations().stream().map(DriftCauseView::of).toList()
        : List.of();
  }

  private static List<String> reasons(JobState job, Snapshot snapshot) {
    return snapshot
        .missingBudget(job)
        .map(MissingBudget::reasons)
        .or(() -> job.prediction().map(Prediction::reasons))
        .orElse(List.of());
  }

  private static long held(Placement placement) {
    MemorySize held = placement.held();
    return held == null ? -1 : held.bytes();
  }

  private static List<CategoryView> categories(JobState job) {
    Optional<Budget> budget = job.budget();
    Map<Category, MemorySize> measured =
        JobPlaces.of(job).fullest().map(place -> place.main().categories()).orElse(Map.of());
    var all = new ArrayList<CategoryView>();
    for (Category category : Category.values()) {
      all.add(
          new CategoryView(
              category.wireName(),
              budget.map(b -> SizesView.bytes(b.categories().get(category))).orElse(null),
              budget.map(b -> SizesView.bytes(b.categoryMaxima().get(category))).orElse(null),
              SizesView.bytes(measured.get(category))));
    }
    return all;
  }
}
