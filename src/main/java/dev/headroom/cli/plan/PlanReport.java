package dev.headroom.cli.plan;

import dev.headroom.budget.whatif.LargestBatch;
import dev.headroom.cli.predict.SetupText;
import dev.headroom.cli.predict.TextBars;
import dev.headroom.memory.MemorySize;
import dev.headroom.plan.JobPlan;
import dev.headroom.plan.change.Remedy;
import dev.headroom.plan.fit.Fit;
import dev.headroom.plan.fleet.JobRequest;
import dev.headroom.plan.placement.FleetPlan;
import dev.headroom.plan.placement.LeftOver;
import dev.headroom.plan.placement.PlacedRank;
import dev.headroom.plan.placement.PlacedRun;
import dev.headroom.wire.plan.FleetAnswer;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Plans for people.
record PlanReport(PrintWriter out, TextBars bars) {

  private static final int MAX_FITTING = 12;
  private static final int MAX_PLACES = 6;

  /// How a job fits on one device, for programs.
  record Row(
      String job,
      String gpu,
      long gpuUsableBytes,
      String verdict,
      long p50Bytes,
      long p95Bytes,
      long headroomBytes,
      double outOfMemoryProbability) {

    static Row of(JobRequest job, Fit fit) {
      return new Row(
          job.name(),
          fit.device().name(),
          fit.device().usable().bytes(),
          fit.verdict().wireName(),
          fit.spread().p50().bytes(),
          fit.spread().p95().bytes(),
          fit.headroom(),
          fit.outOfMemory());
    }
  }

  /// All about a job on one device.
  void print(JobRequest job, JobPlan.Answer answer) {
    Fit fit = answer.fit();
    MemorySize usable = fit.device().usable();
    title(job);
    line("  %s", verdict(fit));
    line("  %-16s%12s  %s", "a process has", usable, bars.of(usable.bytes(), usable.bytes()));
    line(
        "  %-16s%12s  %s",
        "half the jobs",
        fit.spread().p50(),
        bars.of(Math.min(fit.spread().p50().bytes(), usable.bytes()), usable.bytes()));
    line(
        "  %-16s%12s  %s",
        "19 of 20 jobs",
        fit.spread().p95(),
        bars.of(Math.min(fit.spread().p95().bytes(), usable.bytes()), usable.bytes()));
    line("  %-16s%11.1f %%", "out of memory", 100 * fit.outOfMemory());
    line("  %-16s%s", "largest batch", largest(answer.largestBatch()));
    remedies(fit, answer.remedies());
    trust(answer);
    line("");
  }

  private void remedies(Fit fit, List<Remedy> remedies) {
    if (fit.fits()) {
      return;
    }
    line("");
    if (remedies.isEmpty()) {
      line("  No change of its set-up that is known here makes it fit.");
      return;
    }
    line("  What makes it fit, the least costly first");
    for (Remedy remedy : remedies) {
      line(
          "    %12s left  %s",
          new MemorySize(remedy.fit().headroom()), String.join("; ", remedy.changes()));
    }
  }

  private void trust(JobPlan.Answer answer) {
    List<String> reasons = answer.budget().reasons();
    if (!reasons.isEmpty()) {
      line("  Modelled, because");
      reasons.forEach(reason -> line("    %s", reason));
    }
  }

  /// On what a job fits.
  void print(JobRequest job, List<Fit> fits) {
    title(job);
    List<Fit> fitting = fits.stream().filter(Fit::fits).toList();
    if (fitting.isEmpty()) {
      line("  fits on nothing that is known");
    } else {
      line("  %-24s%12s%12s%12s  %s", "fits on", "it has", "P95", "left", "out of memory");
      for (Fit fit : fitting.subList(0, Math.min(MAX_FITTING, fitting.size()))) {
        line(
            "  %-24s%12s%12s%12s%9.1f %%",
            fit.device().name(),
            fit.device().usable(),
            fit.spread().p95(),
            new MemorySize(fit.headroom()),
            100 * fit.outOfMemory());
      }
      if (fitting.size() > MAX_FITTING) {
        line("  and on %d larger ones", fitting.size() - MAX_FITTING);
      }
    }
    List<Fit> none = fits.stream().filter(fit -> !fit.fits()).toList();
    if (!none.isEmpty()) {
      line(
          "  and does not fit on %d smaller ones, the largest of which is %s",
          none.size(), none.getLast().device().name());
    }
    line("");
  }

  /// Where jobs go on a fleet.
  void print(FleetAnswer answer, FleetPlan plan) {
    int runs = plan.placed().size() + plan.leftOver().stream().mapToInt(LeftOver::replicas).sum();
    line(
        "%d of %d runs are placed, on %d of %d GPUs.",
        plan.placed().size(), runs, answer.gpusUsed(), answer.gpus());
    line(
        "Best-fit decreasing alone uses %d%s; no placement of these runs uses fewer than %d.",
        answer.gpusUsedByBestFitDecreasing(),
        answer.leftOverByBestFitDecreasing() == 0
            ? ""
            : " and leaves %d runs over".formatted(answer.leftOverByBestFitDecreasing()),
        answer.gpusAtLeast());
    if (answer.pricePerHour() != null) {
      line("The GPUs in use cost %.2f an hour.", answer.pricePerHour());
    }
    placed(plan);
    leftOver(plan.leftOver());
    line("");
    line("%-24s%8s%8s", "GPUs", "in use", "of");
    for (FleetAnswer.ModelAnswer model : answer.models()) {
      line(
          "%-24s%8d%8d  %s",
          model.model(), model.used(), model.gpus(), bars.of(model.used(), model.gpus()));
    }
  }

  private void placed(FleetPlan plan) {
    if (plan.placed().isEmpty()) {
      return;
    }
    line("");
    line("%-20s%5s%6s  %-20s%12s  %s", "job", "runs", "ranks", "on", "P95 a rank", "where");
    Map<String, List<PlacedRun>> alike = new LinkedHashMap<>();
    for (PlacedRun run : plan.placed()) {
      String key = run.workload().job().name() + "\n" + run.ranks().getFirst().device().name();
      alike.computeIfAbsent(key, _ -> new ArrayList<>()).add(run);
    }
    for (List<PlacedRun> runs : alike.values()) {
      PlacedRun first = runs.getFirst();
      PlacedRank rank = first.ranks().getFirst();
      line(
          "%-20s%5d%6d  %-20s%12s  %s",
          first.workload().job().name(),
          runs.size(),
          first.ranks().size(),
          rank.device().name(),
          new MemorySize(rank.p95()),
          places(runs));
      runs.stream()
          .map(PlacedRun::reason)
          .filter(reason -> reason.startsWith("on ") && reason.contains("nodes"))
          .distinct()
          .forEach(reason -> line("%-20s%s", "", reason));
    }
  }

  /// Such as `a:0,1 b:3`.
  private static String places(List<PlacedRun> runs) {
    var gpus = new TreeMap<String, List<Integer>>();
    runs.stream()
        .flatMap(run -> run.ranks().stream())
        .forEach(rank -> gpus.computeIfAbsent(rank.node(), _ -> new ArrayList<>()).add(rank.gpu()));
    String shown =
        gpus.entrySet().stream()
            .limit(MAX_PLACES)
            .map(
                node ->
                    node.getKey()
                        + ":"
                        + node.getValue().stream()
                            .sorted()
                            .map(String::valueOf)
                            .collect(Collectors.joining(",")))
            .collect(Collectors.joining(" "));
    return gpus.size() <= MAX_PLACES
        ? shown
        : shown + " and %d nodes more".formatted(gpus.size() - MAX_PLACES);
  }

  private void leftOver(List<LeftOver> leftOver) {
    if (leftOver.isEmpty()) {
      return;
    }
    line("");
    line("Left over");
    for (LeftOver left : leftOver) {
      line(
          "%-20s%5d%6d  %s",
          left.workload().job().name(),
          left.replicas(),
          left.workload().job().ranks(),
          left.reason());
    }
  }

  private void title(JobRequest job) {
    line("%s: %s", job.name(), SetupText.of(job.config().setup()));
  }

  private static String verdict(Fit fit) {
    String on = fit.device().name();
    return switch (fit.verdict()) {
      case FITS_AT_P95 -> "fits on %s, %s are left".formatted(on, new MemorySize(fit.headroom()));
      case FITS_AT_P50 ->
          "may run out of memory on %s: nineteen of twenty such jobs need %s more"
              .formatted(on, new MemorySize(-fit.headroom()));
      case DOES_NOT_FIT ->
          "does not fit on %s: %s are missing".formatted(on, new MemorySize(-fit.headroom()));
    };
  }

  private static String largest(LargestBatch largest) {
    return switch (largest) {
      case LargestBatch.None _ -> "%12s".formatted("unknown");
      case LargestBatch.TooLarge _ -> "%12s".formatted("none: not even 1");
      case LargestBatch.Fits(int batch, var _) ->
          "%12d  (%d do not fit; still more may, by luck)".formatted(batch, batch + 1);
    };
  }

  // The annotation that the check asks for is not on our class path.
  @SuppressWarnings("AnnotateFormatMethod")
  private void line(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values).stripTrailing());
  }
}
