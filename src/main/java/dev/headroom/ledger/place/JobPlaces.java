package dev.headroom.ledger.place;

import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.Placement;
import dev.headroom.memory.MemorySize;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Where a job holds memory now: a pure function of its state.
///
/// A job has ranks. A rank has processes: its own, and those that it started. A process has a
/// placement on each GPU that it opened. A [Place] is a rank on a GPU:
///
/// ```
/// job ─┬─ rank 0 ─┬─ process 11 ─┬─ GPU-a  9 GiB ─┐
///      │          │              └─ GPU-b  0      │ place (rank 0, GPU-a): 10 GiB, its home
///      │          └─ process 12 ─── GPU-a  1 GiB ─┘ place (rank 0, GPU-b):  0
///      └─ rank 1 ─── process 13 ─── GPU-b  9 GiB ── place (rank 1, GPU-b):  9 GiB, its home
/// ```
///
/// - What several processes of a rank hold on a GPU adds up: data loaders with a context of their
///   own hold 24 × 520 MiB beside the 30 GiB of their rank.
/// - A rank's predicted peak belongs to its home, the GPU where it holds most. The driver lists
///   each process of data-parallel training on every GPU of its node.
/// - Of a job's processes without a rank that are at home on one GPU, the one that holds most is a
///   rank's, and the others are what it started: NCCL refuses two ranks on one GPU. Where a rank
///   with a number is at home, all of them are what that started.
/// - A place goes by its own clock: without a sample for a minute, while others of its job go on,
///   it is gone. After a requeue a rank is where it is heard now, not where it was.
/// - A process that an agent and its own reporter see is one. In a container the two know it by
///   other hosts and process ids. So on one GPU, a process that only the reporter knows is the
///   largest one of the job that only the agent knows, and has the same rank where both know it.
public final class JobPlaces {

  private static final Comparator<Placement> MOST_HELD_FIRST =
      Comparator.comparingLong((Placement placement) -> heldBytes(placement))
          .reversed()
          .thenComparing(Placement::gpu)
          .thenComparing(Placement::pid, Comparator.nullsLast(Comparator.naturalOrder()))
          .thenComparing(Placement::host, Comparator.nullsLast(Comparator.naturalOrder()));

  /// So many are compared each with each.
  private static final int FEW = 16;

  private final JobState job;
  private final List<Place> places;

  private JobPlaces(JobState job, List<Place> places) {
    this.job = job;
    this.places = places;
  }

  /// What is known of a job's places; those that ended or are gone are left out while any goes on.
  public static JobPlaces of(JobState job) {
    List<Placement> current = current(job.placements());
    if (current.size() == 1) {
      return new JobPlaces(job, List.of(new Place(current, true)));
    }
    List<Placement> processes = joined(current);
    return new JobPlaces(job, areRanksApart(processes) ? homes(processes) : places(processes));
  }

  /// Whether each process is of another rank, as most are: then each is at home where it is.
  private static boolean areRanksApart(List<Placement> processes) {
    boolean apart = processes.size() <= FEW;
    for (int i = 0; apart && i < processes.size(); i++) {
      Integer rank = processes.get(i).rank();
      apart = rank != null && !isIn(processes.subList(0, i), rank);
    }
    return apart;
  }

  private static boolean isIn(List<Placement> processes, Integer rank) {
    boolean isIn = false;
    for (int i = 0; !isIn && i < processes.size(); i++) {
      isIn = rank.equals(processes.get(i).rank());
    }
    return isIn;
  }

  private static List<Place> homes(List<Placement> processes) {
    var places = new ArrayList<Place>(processes.size());
    for (Placement process : processes) {
      places.add(new Place(List.of(process), true));
    }
    return places;
  }

  /// One for each rank and GPU, in no order.
  public List<Place> places() {
    return places;
  }

  /// The place that holds most now; empty where no size of its own was measured.
  public Optional<Place> fullest() {
    Place fullest = null;
    for (Place place : places) {
      if (heldBytes(place) > (fullest == null ? -1 : heldBytes(fullest))) {
        fullest = place;
      }
    }
    return Optional.ofNullable(fullest);
  }

  /// How many ranks were seen in the run: those with a number, and the homes of others. Where none
  /// has a number, how many processes go on.
  public int ranks() {
    var ranks = new HashSet<Object>();
    for (Placement placement : job.placements()) {
      if (placement.rank() != null) {
        ranks.add(placement.rank());
      }
    }
    boolean isNumbered = !ranks.isEmpty();
    Map<ProcessOnHost, Integer> known = null;
    for (Place place : places) {
      if (!isNumbered) {
        place.processes().forEach(process -> ranks.add(rank(process, Map.of())));
      } else if (place.isHome() && place.rank() == null) {
        known = known == null ? numbered(job.placements()) : known;
        ranks.add(rank(place.main(), known));
      }
    }
    return ranks.size();
  }

  /// Those that go on; where none does, those that ended last.
  private static List<Placement> current(List<Placement> placements) {
    if (placements.size() == 1) {
      return placements;
    }
    long newest = Placement.newest(placements);
    boolean goesOn = false;
    for (Placement placement : placements) {
      goesOn |= !placement.hasEnded() && !placement.isSilentAt(newest);
    }
    var current = new ArrayList<Placement>(placements.size());
    for (Placement placement : placements) {
      if (!(goesOn && placement.hasEnded()) && !placement.isSilentAt(newest)) {
        current.add(placement);
      }
    }
    return current;
  }

  private static List<Placement> joined(List<Placement> current) {
    if (!areToJoin(current)) {
      return current;
    }
    var reported = new ArrayList<Placement>();
    var charged = new ArrayList<Placement>();
    var rest = new ArrayList<Placement>(current.size());
    for (Placement placement : current) {
      (placement.isOnlyReported() ? reported : placement.isOnlyCharged() ? charged : rest)
          .add(placement);
    }
    reported.sort(MOST_HELD_FIRST);
    charged.sort(MOST_HELD_FIRST);
    // Equal ranks first: a process whose rank nobody says must not take another's place.
    reported.removeIf(one -> join(one, charged, rest, true));
    reported.removeIf(one -> join(one, charged, rest, false));
    rest.addAll(reported);
    rest.addAll(charged);
    return rest;
  }

  private static boolean areToJoin(List<Placement> current) {
    boolean anyReported = false;
    boolean anyCharged = false;
    for (Placement placement : current) {
      anyReported |= placement.isOnlyReported();
      anyCharged |= placement.isOnlyCharged();
    }
    return anyReported && anyCharged;
  }

  private static boolean join(
      Placement reported, List<Placement> charged, List<Placement> joined, boolean sameRank) {
    for (int i = 0; i < charged.size(); i++) {
      Placement process = charged.get(i);
      boolean matches =
          sameRank
              ? process.rank() != null && process.rank().equals(reported.rank())
              : process.rank() == null || reported.rank() == null;
      if (matches && process.gpu().equals(reported.gpu())) {
        joined.add(process.joined(reported));
        charged.remove(i);
        return true;
      }
    }
    return false;
  }

  private record RankOnGpu(Object rank, String gpu) {}

  /// Places with equal ranks; the one where a rank holds most is its home.
  private static List<Place> places(List<Placement> processes) {
    Map<ProcessOnHost, Integer> ranks = numbered(processes);
    Map<RankOnGpu, List<Placement>> groups = new LinkedHashMap<>();
    for (Placement process : processes) {
      groups
          .computeIfAbsent(
              new RankOnGpu(rank(process, ranks), process.gpu()), _ -> new ArrayList<>(1))
          .add(process);
    }
    Map<Object, Place> homes = new HashMap<>();
    groups.forEach(
        (at, group) -> {
          group.sort(MOST_HELD_FIRST);
          homes.merge(at.rank(), new Place(group, true), JobPlaces::fuller);
        });
    Map<String, Object> owners = new HashMap<>();
    homes.forEach(
        (rank, home) -> owners.merge(home.gpu(), rank, (one, other) -> owner(one, other, homes)));
    homes.forEach(
        (rank, home) -> {
          var owner = Objects.requireNonNull(owners.get(home.gpu()));
          if (!(rank instanceof Integer) && !rank.equals(owner)) {
            groups.remove(new RankOnGpu(rank, home.gpu()));
            groups
                .computeIfAbsent(new RankOnGpu(owner, home.gpu()), _ -> new ArrayList<>(1))
                .addAll(home.processes());
          }
        });
    var places = new ArrayList<Place>(groups.size());
    groups.forEach(
        (at, group) -> {
          group.sort(MOST_HELD_FIRST);
          String home = Objects.requireNonNull(homes.get(at.rank())).gpu();
          places.add(new Place(group, home.equals(at.gpu())));
        });
    return places;
  }

  private static Map<ProcessOnHost, Integer> numbered(List<Placement> processes) {
    Map<ProcessOnHost, Integer> ranks = new HashMap<>();
    for (Placement process : processes) {
      if (process.rank() != null && process.pid() != null && process.host() != null) {
        ranks.put(new ProcessOnHost(process.host(), process.pid()), process.rank());
      }
    }
    return ranks;
  }

  /// Whose the GPU is that both are at home on: it has a number, or holds more.
  private static Object owner(Object one, Object other, Map<Object, Place> homes) {
    if (one instanceof Integer || other instanceof Integer) {
      return one instanceof Integer ? one : other;
    }
    Placement main = Objects.requireNonNull(homes.get(one)).main();
    Placement rival = Objects.requireNonNull(homes.get(other)).main();
    return MOST_HELD_FIRST.compare(main, rival) <= 0 ? one : other;
  }

  private static Place fuller(Place one, Place other) {
    int more = Long.compare(heldBytes(one), heldBytes(other));
    if (more == 0) {
      more = other.gpu().compareTo(one.gpu());
    }
    return more >= 0 ? one : other;
  }

  private record ProcessOnHost(String host, long pid) {}

  /// The rank, or the rank of its process elsewhere; without one the process, without that itself.
  private static Object rank(Placement placement, Map<ProcessOnHost, Integer> ranks) {
    if (placement.rank() != null) {
      return placement.rank();
    }
    if (placement.pid() == null || placement.host() == null) {
      return placement;
    }
    var process = new ProcessOnHost(placement.host(), placement.pid());
    Integer rank = ranks.get(process);
    return rank == null ? process : rank;
  }

  private static long heldBytes(Place place) {
    MemorySize held = place.held();
    return held == null ? -1 : held.bytes();
  }

  private static long heldBytes(Placement placement) {
    MemorySize held = placement.held();
    return held == null ? -1 : held.bytes();
  }
}
