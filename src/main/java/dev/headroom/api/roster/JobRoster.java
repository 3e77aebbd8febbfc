package dev.headroom.api.roster;

import dev.headroom.api.problem.Parameters;
import dev.headroom.api.problem.Problem;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.headroom.GpuHeadroom;
import dev.headroom.ledger.state.JobState;
import dev.headroom.triage.Triage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The jobs of one snapshot, each judged once, and sorted once for each order that is asked for.
/// Thread-safe.
public final class JobRoster {

  private final Snapshot snapshot;
  private final Map<String, GpuHeadroom> gpus;
  private final Set<String> overCommitted;
  private final List<RosterEntry> entries;

  /// At most one list an order.
  private final Map<Order, List<RosterEntry>> sorted = new ConcurrentHashMap<>();

  private record Order(JobSort sort, boolean reversed) {}

  /// Some of the jobs.
  ///
  /// @param total how many there are that the query lets through
  /// @param next the last of these, where others follow
  public record Page(int total, List<RosterEntry> entries, @Nullable String next) {

    public Page {
      entries = List.copyOf(entries);
    }
  }

  public JobRoster(Snapshot snapshot) {
    this.snapshot = snapshot;
    this.gpus = Map.copyOf(GpuHeadroom.of(snapshot));
    this.overCommitted = Triage.overCommitted(gpus);
    var all = new ArrayList<RosterEntry>(snapshot.jobs().size());
    snapshot.jobs().forEach(job -> all.add(entry(job)));
    this.entries = List.copyOf(all);
  }

  /// A job as it is judged now, listed or not.
  public RosterEntry entry(JobState job) {
    return RosterEntry.of(job, Triage.of(job, snapshot, overCommitted), snapshot);
  }

  public Snapshot snapshot() {
    return snapshot;
  }

  /// Every GPU with its jobs, by UUID.
  public Map<String, GpuHeadroom> gpus() {
    return gpus;
  }

  /// Every job, in no order.
  public List<RosterEntry> entries() {
    return entries;
  }

  /// The first jobs of a query, or those that follow one.
  ///
  /// @param after the last job of the page before; in the order of names it need not be there
  /// @throws jakarta.ws.rs.WebApplicationException 400 where that job is gone
  public Page page(JobQuery query, @Nullable String after, int limit) {
    List<RosterEntry> order = sorted(query.sort(), query.reversed());
    int from = after == null ? 0 : following(order, query, after);
    return page(order, query, from, 0, limit);
  }

  /// The jobs of a query from one place of its order on: what is at a place changes with the order.
  ///
  /// @param offset how many are left out
  public Page page(JobQuery query, int offset, int limit) {
    return page(sorted(query.sort(), query.reversed()), query, 0, offset, limit);
  }

  /// @param from an index of the order
  /// @param offset how many from there on are left out
  private static Page page(
      List<RosterEntry> order, JobQuery query, int from, int offset, int limit) {
    var page = new ArrayList<RosterEntry>(Math.min(limit, order.size()));
    int total = 0;
    int left = offset;
    boolean more = false;
    for (int i = 0; i < order.size(); i++) {
      RosterEntry entry = order.get(i);
      if (!query.takes(entry)) {
        continue;
      }
      total++;
      if (i < from || left-- > 0) {
        continue;
      }
      if (page.size() < limit) {
        page.add(entry);
      } else {
        more = true;
      }
    }
    return new Page(total, page, more ? page.getLast().job().job() : null);
  }

  private static int following(List<RosterEntry> order, JobQuery query, String after) {
    boolean byName = query.sort() == JobSort.NAME;
    for (int i = 0; i < order.size(); i++) {
      int compared = order.get(i).job().job().compareTo(after);
      if (compared == 0) {
        return i + 1;
      }
      if (byName && (query.reversed() ? compared < 0 : compared > 0)) {
        return i;
      }
    }
    if (byName) {
      return order.size();
    }
    throw Problem.of(400, "after names a job that is gone, begin again: " + Parameters.shown(after))
        .exception();
  }

  private List<RosterEntry> sorted(JobSort sort, boolean reversed) {
    return sorted.computeIfAbsent(
        new Order(sort, reversed),
        order -> {
          Comparator<RosterEntry> by = order.sort().order(order.reversed());
          return entries.stream().sorted(by).toList();
        });
  }
}
