package dev.headroom.ledger;

import dev.headroom.ledger.condition.Evidence;
import dev.headroom.ledger.condition.JobCondition;
import dev.headroom.ledger.condition.MissingBudget;
import dev.headroom.ledger.condition.RefusedConfig;
import dev.headroom.ledger.state.GpuState;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.Registration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/// The ledger at one instant; immutable.
///
/// @param jobs every listed job, our own and those of other replicas
/// @param registrations every remembered configuration, by job; also of jobs that are not listed
/// @param refusedConfigs the newest config of a job, where that was refused
/// @param layers of all registrations together
/// @param owned the partitions whose jobs and GPUs this replica speaks for
/// @param conflicts samples of a rank that was seen at two places at a time, or of an older
///     run that goes on beside the current one
/// @param at by the monitor's own clock
public record Snapshot(
    PersistentMap<JobState> jobs,
    PersistentMap<Registration> registrations,
    PersistentMap<RefusedConfig> refusedConfigs,
    long layers,
    PersistentMap<GpuState> gpus,
    Set<Integer> owned,
    long conflicts,
    RefusalCounts refused,
    LedgerLimits limits,
    Instant at) {

  public Snapshot {
    owned = Set.copyOf(owned);
  }

  /// Nothing known yet, nothing owned.
  public static Snapshot empty(LedgerLimits limits) {
    return new Snapshot(
        PersistentMap.empty(),
        PersistentMap.empty(),
        PersistentMap.empty(),
        0,
        PersistentMap.empty(),
        Set.of(),
        0,
        RefusalCounts.NONE,
        limits,
        Instant.EPOCH);
  }

  /// Whether the job is ours to speak for.
  public boolean owns(JobState job) {
    return owned.contains(job.partition());
  }

  /// Whether the GPU is ours to speak for.
  public boolean owns(GpuState gpu) {
    return owned.contains(gpu.partition());
  }

  /// The state that a job is in.
  public JobCondition condition(JobState job) {
    return JobCondition.of(evidence(job));
  }

  /// Why a job has no budget; empty where it has one.
  public Optional<MissingBudget> missingBudget(JobState job) {
    return MissingBudget.of(job, registrations::get, refusedConfigs::get);
  }

  /// What a job's state is judged by.
  public Evidence evidence(JobState job) {
    return new Evidence(job, at, limits.silent(), gpus::get);
  }

  /// The snapshot with other jobs and GPUs.
  Snapshot with(
      PersistentMap<JobState> changedJobs, PersistentMap<GpuState> changedGpus, Instant now) {
    return with(changedJobs, refusedConfigs, changedGpus, owned, now);
  }

  Snapshot with(PersistentMap<JobState> changedJobs, Set<Integer> changedOwned, Instant now) {
    return with(changedJobs, refusedConfigs, gpus, changedOwned, now);
  }

  Snapshot with(
      PersistentMap<JobState> changedJobs,
      PersistentMap<RefusedConfig> changedRefusals,
      PersistentMap<GpuState> changedGpus,
      Set<Integer> changedOwned,
      Instant now) {
    return new Snapshot(
        changedJobs,
        registrations,
        changedRefusals,
        layers,
        changedGpus,
        changedOwned,
        conflicts,
        refused,
        limits,
        now);
  }
}
