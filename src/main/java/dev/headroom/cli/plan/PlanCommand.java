package dev.headroom.cli.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headroom.budget.Budget;
import dev.headroom.budget.Predictor;
import dev.headroom.budget.Unsupported;
import dev.headroom.calibration.Calibration;
import dev.headroom.calibration.History;
import dev.headroom.calibration.Prior;
import dev.headroom.cli.predict.CatalogueOption;
import dev.headroom.cli.predict.ConfigFile;
import dev.headroom.cli.predict.FileErrors;
import dev.headroom.cli.predict.PredictCommand;
import dev.headroom.cli.predict.StandardOutput;
import dev.headroom.cli.predict.TextBars;
import dev.headroom.gpu.CudaDevice;
import dev.headroom.plan.JobPlan;
import dev.headroom.plan.JobPlanner;
import dev.headroom.plan.fit.Fit;
import dev.headroom.plan.fit.FitCheck;
import dev.headroom.plan.fit.OverheadSpread;
import dev.headroom.plan.fleet.Fleet;
import dev.headroom.plan.fleet.JobRequest;
import dev.headroom.plan.placement.FleetPlan;
import dev.headroom.plan.placement.FleetPlanner;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import dev.headroom.wire.plan.FleetAnswer;
import dev.headroom.wire.plan.FleetReader;
import dev.headroom.wire.plan.JobAnswer;
import dev.headroom.wire.plan.JobListReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

@Command(
    name = "plan",
    description = "Whether training jobs fit, on what, and how many GPUs they need.",
    footer = {
      "",
      "Without --gpu, --fleet and --live it lists the GPUs and slices that each job fits.",
      "Exit codes: 0 all fit, 2 a file or an option is wrong, 3 a job does not fit or",
      "finds no place, 4 a job cannot be predicted."
    },
    mixinStandardHelpOptions = true)
public final class PlanCommand implements Callable<Integer> {

  static final int WRONG = 2;
  static final int DOES_NOT_FIT = 3;
  static final int UNSUPPORTED = 4;

  private static final ObjectMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "CONFIG.json",
      description =
          "Layer configs, one run of each; - reads standard input. Of a .jsonl file with a job's"
              + " records the newest config of each job.")
  private List<String> files = List.of();

  @Option(
      names = "--jobs",
      paramLabel = "FILE",
      description = "A list of jobs with replicas and ranks: docs/planning.md has its form.")
  private @Nullable Path jobs;

  @Option(names = "--share", description = "The jobs may share GPUs with each other.")
  private boolean share;

  @Option(names = "--json", description = "For programs: one JSON object a line, sizes in bytes.")
  private boolean json;

  @ArgGroup private @Nullable Where where;

  @Mixin private final CatalogueOption gpus = new CatalogueOption();

  /// Where the jobs shall run: one of these.
  private static final class Where {

    @Option(
        names = "--gpu",
        paramLabel = "GPU",
        description = "One kind of GPU or slice: H100-80GB, A100-40GB:3g.20gb, 24GiB.")
    private @Nullable String gpu;

    @Option(
        names = "--fleet",
        paramLabel = "FILE",
        description = "Nodes and their GPUs: docs/planning.md has its form.")
    private @Nullable Path fleet;

    @Option(
        names = "--live",
        paramLabel = "URL",
        description =
            "The fleet that a monitor knows, such as http://127.0.0.1:8080; HEADROOM_TOKEN is sent"
                + " along.")
    private @Nullable String live;
  }

  private final FitCheck check = check(new History(Prior.BUILT_IN).calibration());
  private final TextBars bars;

  public PlanCommand() {
    this(TextBars.forStandardOutput());
  }

  PlanCommand(TextBars bars) {
    this.bars = bars;
  }

  private static FitCheck check(Calibration calibration) {
    return new FitCheck(
        new Predictor(calibration.beyondReserved(""))::predict,
        new OverheadSpread(gpu -> calibration.beyondReserved(gpu.name())));
  }

  @Override
  public Integer call() {
    CommandLine line = Objects.requireNonNull(spec).commandLine();
    List<JobRequest> wanted = wanted(line);
    var report = new PlanReport(line.getOut(), bars);
    int exit;
    if (where == null) {
      exit = onWhat(wanted, report, line);
    } else if (where.gpu != null) {
      exit = onGpu(gpus.device(where.gpu), wanted, report, line);
    } else {
      exit = onFleet(fleet(line, where), wanted, report, line);
    }
    line.getOut().flush();
    return StandardOutput.isLost(line.getErr()) ? PredictCommand.CANNOT_WRITE : exit;
  }

  private List<JobRequest> wanted(CommandLine line) {
    var wanted = new ArrayList<JobRequest>();
    Map<String, Integer> names = new HashMap<>();
    for (String file : files) {
      try {
        for (byte[] bytes : ConfigFile.read(file)) {
          var config = LayerConfigDecoder.read(bytes);
          wanted.add(JobListReader.job(JobListReader.unique(config.job(), names), config));
        }
      } catch (IOException e) {
        throw wrong(line, file + ": " + FileErrors.reason(e), e);
      } catch (IllegalArgumentException e) {
        throw wrong(line, file + ": " + e.getMessage(), e);
      }
    }
    if (jobs != null) {
      Path folder = Optional.ofNullable(jobs.toAbsolutePath().getParent()).orElse(Path.of("."));
      wanted.addAll(
          read(
              line,
              "--jobs",
              jobs,
              in ->
                  JobListReader.file(
                      in, name -> ConfigFile.single(folder.resolve(name).toString()))));
    }
    if (wanted.isEmpty()) {
      throw wrong(line, "nothing to plan: give layer configs or --jobs", null);
    }
    return share ? wanted.stream().map(PlanCommand::sharing).toList() : wanted;
  }

  private static JobRequest sharing(JobRequest job) {
    return new JobRequest(job.name(), job.config(), job.replicas(), job.ranks(), true);
  }

  private Fleet fleet(CommandLine line, Where from) {
    if (from.fleet != null) {
      return read(line, "--fleet", from.fleet, in -> FleetReader.file(gpus.catalogue(), in));
    }
    String monitor = String.valueOf(from.live);
    try {
      return MonitorFleet.of(
          monitor, Optional.ofNullable(System.getenv("HEADROOM_TOKEN")), gpus.catalogue());
    } catch (IOException | IllegalArgumentException e) {
      throw wrong(line, "--live %s: %s".formatted(monitor, said(e)), e);
    }
  }

  private interface Reader<T> {
    T of(InputStream in);
  }

  private static <T> T read(CommandLine line, String option, Path file, Reader<T> reader) {
    try (InputStream in = Files.newInputStream(file)) {
      return reader.of(in);
    } catch (IOException e) {
      throw wrong(line, "%s %s: %s".formatted(option, file, FileErrors.reason(e)), e);
    } catch (UncheckedIOException | IllegalArgumentException e) {
      throw wrong(line, "%s %s: %s".formatted(option, file, e.getMessage()), e);
    }
  }

  private int onGpu(
      CudaDevice device, List<JobRequest> wanted, PlanReport report, CommandLine line) {
    var planner = new JobPlanner(check);
    int exit = 0;
    for (JobRequest job : wanted) {
      JobPlan plan = planner.on(device, job.config());
      if (json) {
        write(line, JobAnswer.of(job.name(), device, plan));
      }
      exit =
          Math.max(
              exit,
              switch (plan) {
                case JobPlan.Unknown(var _, var why) -> unsupported(line, job, why);
                case JobPlan.Answer answer -> {
                  if (!json) {
                    report.print(job, answer);
                  }
                  yield answer.fit().fits() ? 0 : DOES_NOT_FIT;
                }
              });
    }
    return exit;
  }

  private int onWhat(List<JobRequest> wanted, PlanReport report, CommandLine line) {
    var planner = new JobPlanner(check);
    List<CudaDevice> devices = gpus.catalogue().devices();
    int exit = 0;
    for (JobRequest job : wanted) {
      int each =
          switch (check.predict().apply(job.config())) {
            case Unsupported why -> unsupported(line, job, why);
            case Budget budget -> {
              List<Fit> fits = planner.on(devices, job.config(), budget);
              if (json) {
                fits.forEach(fit -> write(line, PlanReport.Row.of(job, fit)));
              } else {
                report.print(job, fits);
              }
              yield fits.stream().anyMatch(Fit::fits) ? 0 : DOES_NOT_FIT;
            }
          };
      exit = Math.max(exit, each);
    }
    return exit;
  }

  private int onFleet(Fleet fleet, List<JobRequest> wanted, PlanReport report, CommandLine line) {
    FleetPlan plan = new FleetPlanner(check).place(fleet, wanted);
    if (json) {
      write(line, FleetAnswer.of(fleet, plan));
    } else {
      report.print(FleetAnswer.of(fleet, plan), plan);
    }
    boolean unknown = plan.leftOver().stream().anyMatch(left -> left.workload().why().isPresent());
    return unknown ? UNSUPPORTED : plan.isComplete() ? 0 : DOES_NOT_FIT;
  }

  private static int unsupported(CommandLine line, JobRequest job, Unsupported why) {
    why.reasons().forEach(reason -> line.getErr().println(job.name() + ": unsupported: " + reason));
    line.getErr().flush();
    return UNSUPPORTED;
  }

  private static void write(CommandLine line, Object answer) {
    try {
      line.getOut().println(JSON.writeValueAsString(answer));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an answer is no JSON", e);
    }
  }

  private static String said(Exception e) {
    if (e instanceof ConnectException) {
      return "nothing answers there";
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private static ParameterException wrong(CommandLine line, String what, @Nullable Exception e) {
    return new ParameterException(line, what, e);
  }
}
