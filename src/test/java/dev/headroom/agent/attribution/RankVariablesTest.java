package dev.headroom.agent.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RankVariablesTest {

  @ParameterizedTest
  @CsvSource({
    "RANK=3;LOCAL_RANK=1, 3",
    "SLURM_PROCID=9;LOCAL_RANK=1, 9",
    "LOCAL_RANK=1, 1",
    "OMPI_COMM_WORLD_RANK=6;LOCAL_RANK=2, 6",
    "PMIX_RANK=6, 6",
    "PMI_RANK=7, 7",
    "SLURM_PROCID=1;SLURM_LOCALID=0;NODE_RANK=1;LOCAL_RANK=1;LOCAL_WORLD_SIZE=2, 3",
    "SLURM_PROCID=9;SLURM_LOCALID=1;LOCAL_RANK=1, 9",
    "NODE_RANK=1;LOCAL_RANK=1;LOCAL_WORLD_SIZE=4;WORLD_SIZE=8, 5",
    "GROUP_RANK=2;LOCAL_RANK=0;LOCAL_WORLD_SIZE=4, 8",
    "NODE_RANK=1;LOCAL_RANK=1;LOCAL_WORLD_SIZE=4;WORLD_SIZE=6, ",
    "NODE_RANK=1;LOCAL_RANK=4;LOCAL_WORLD_SIZE=4, ",
    "NODE_RANK=1000000;LOCAL_RANK=0;LOCAL_WORLD_SIZE=1000000, ",
    "RANK=-1, ",
    "RANK=99999999999, ",
    "RANK=two, ",
    "OTHER=1, "
  })
  void theRankIsTheWidestThatIsANumber(String variables, @Nullable Integer rank) {
    assertThat(rank(variables)).isEqualTo(rank);
  }

  /// Lightning#11406: four processes of one Slurm task, each of which has the task's number;
  /// DeepLearningExamples#339, mlperf-deepcam#11: tasks that `srun` numbers by PMI;
  /// Lightning#13907: a local rank of 0 in every task of MPI; accelerate#3454: no local rank at
  /// all; oumi#2010: a launcher's PMI number is no rank of what it starts.
  @ParameterizedTest
  @CsvSource({
    "SLURM_PROCID=0;SLURM_LOCALID=0;LOCAL_RANK=3;WORLD_SIZE=4, 3",
    "PMI_RANK=5;PMI_SIZE=8;SLURM_PROCID=5;SLURM_LOCALID=5, 5",
    "PMIX_RANK=2;SLURM_PROCID=2;SLURM_LOCALID=2;LOCAL_RANK=2, 2",
    "OMPI_COMM_WORLD_RANK=3;OMPI_COMM_WORLD_LOCAL_RANK=1;LOCAL_RANK=0, 3",
    "WORLD_SIZE=8;MASTER_ADDR=worker-0, ",
    "PMI_RANK=1;SLURM_PROCID=1;SLURM_LOCALID=0;LOCAL_RANK=2;NODE_RANK=1;LOCAL_WORLD_SIZE=4, 6",
    "OMPI_COMM_WORLD_RANK=1;OMPI_COMM_WORLD_LOCAL_RANK=0;LOCAL_RANK=1;NODE_RANK=1, ",
  })
  void aTasksNumberIsNoRankOfWhatItStarts(String variables, @Nullable Integer rank) {
    assertThat(rank(variables)).isEqualTo(rank);
  }

  private static @Nullable Integer rank(String variables) {
    Map<String, String> environment = new HashMap<>();
    for (String variable : variables.split(";", -1)) {
      String[] parts = variable.split("=", 2);
      environment.put(parts[0], parts[1]);
    }
    return RankVariables.rank(environment);
  }
}
