package dev.headroom.agent.attribution;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What launchers say of a process's rank in its environment.
final class RankVariables {

  private static final int MAX_RANK = 1_000_000;

  /// The number of a task among all that MPI or Slurm started.
  private static final List<String> TASKS =
      List.of("OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID");

  /// The number of a task on its host.
  private static final List<String> LOCAL_TASKS =
      List.of("OMPI_COMM_WORLD_LOCAL_RANK", "MPI_LOCALRANKID", "SLURM_LOCALID");

  private static final List<String> NODES = List.of("NODE_RANK", "GROUP_RANK");

  private RankVariables() {}

  /// The rank among all processes of the job; null where only the process and its host tell them
  /// apart.
  ///
  /// A launcher that MPI or Slurm starts once on each node gives its processes local ranks of their
  /// own, and all of them its task's number: then a local rank is above the task's own.
  static @Nullable Integer rank(Map<String, String> environment) {
    Integer rank = number(environment, List.of("RANK"));
    if (rank != null) {
      return rank;
    }
    Integer local = number(environment, List.of("LOCAL_RANK"));
    Integer task = number(environment, LOCAL_TASKS);
    if (local == null || task == null || local <= task) {
      rank = number(environment, TASKS);
    }
    return rank != null || local == null ? rank : rank(local, environment);
  }

  /// A rank on one of several nodes, where all of them have as many; the same number on each node
  /// would be taken for one rank.
  private static @Nullable Integer rank(int local, Map<String, String> environment) {
    Integer node = number(environment, NODES);
    if (node == null) {
      return local;
    }
    Integer each = number(environment, List.of("LOCAL_WORLD_SIZE"));
    Integer all = number(environment, List.of("WORLD_SIZE"));
    if (each == null || each <= local || (all != null && all % each != 0)) {
      return null;
    }
    long rank = (long) node * each + local;
    return rank <= MAX_RANK ? (int) rank : null;
  }

  private static @Nullable Integer number(Map<String, String> environment, List<String> variables) {
    for (String variable : variables) {
      String value = environment.get(variable);
      if (value != null && value.matches("\\d{1,7}") && Integer.parseInt(value) <= MAX_RANK) {
        return Integer.valueOf(value);
      }
    }
    return null;
  }
}
