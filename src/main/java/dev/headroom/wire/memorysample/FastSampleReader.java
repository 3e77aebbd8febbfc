package dev.headroom.wire.memorysample;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.headroom.memory.Category;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.RunOutcome;
import dev.headroom.sample.SampleSource;
import dev.headroom.wire.json.MalformedException;
import dev.headroom.wire.json.StringPool;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads memory samples in their usual form at a third of the parser's cost, and leaves every other
/// to the parser. It tries the field first that came next in the sample before. Of one thread.
final class FastSampleReader {

  /// The fields of the contract, those of a subject first.
  private enum Field {
    SCHEMA("schema"),
    JOB("job"),
    RUN("run"),
    RANK("rank"),
    HOST("host"),
    PID("pid"),
    GPU("gpu"),
    OWNER("owner"),
    TEAM("team"),
    NAMESPACE("namespace"),
    TIME("time"),
    SOURCE("source"),
    PHASE("phase"),
    STEP("step"),
    PROCESS_USED("process_used_bytes"),
    DEVICE_USED("device_used_bytes"),
    DEVICE_TOTAL("device_total_bytes"),
    ALLOCATED("allocated_bytes"),
    RESERVED("reserved_bytes"),
    CATEGORIES("categories"),
    OUTCOME("outcome");

    private final String wireName;

    Field(String wireName) {
      this.wireName = wireName;
    }
  }

  private static final Field[] FIELDS = Field.values();
  private static final SampleSource[] SOURCES = SampleSource.values();
  private static final JobPhase[] PHASES = JobPhase.values();
  private static final RunOutcome[] OUTCOMES = RunOutcome.values();
  private static final Category[] CATEGORIES = Category.values();
  private static final byte[][] FIELD_NAMES = quoted(FIELDS, field -> field.wireName);
  private static final byte[][] SOURCE_NAMES = quoted(SOURCES, SampleSource::wireName);
  private static final byte[][] PHASE_NAMES = quoted(PHASES, JobPhase::wireName);
  private static final byte[][] OUTCOME_NAMES = quoted(OUTCOMES, RunOutcome::wireName);
  private static final byte[][] CATEGORY_NAMES = quoted(CATEGORIES, Category::wireName);
  private static final byte[] SCHEMA = bytes(MemorySampleDecoder.SCHEMA);

  private final FastJson in;

  /// The field that last came behind another, by the other's number; behind none, in the last
  /// place.
  private final int[] following = new int[FIELDS.length + 1];

  private final @Nullable MemorySize[] sizes = new MemorySize[FIELDS.length];
  private final SubjectCache subjects = new SubjectCache();
  private int phase;

  /// Where the job's name begins in a sample whose subject was cached, else [FastJson#NONE].
  private int jobStart = FastJson.NONE;

  private int jobEnd;

  /// @param names gives equal names the same string
  FastSampleReader(StringPool names) {
    in = new FastJson(names);
  }

  /// The sample, or null where the parser has to look.
  @Nullable MemorySample read(byte[] value) {
    try {
      var fields = new MemorySampleFields();
      in.begin(value);
      if (in.skip('{') && read(value, fields)) {
        return fields.sample();
      }
    } catch (MalformedException | IllegalArgumentException _) {
      // The parser says what is wrong with it.
    }
    jobStart = FastJson.NONE;
    return null;
  }

  /// Whether the sample that was read last is known to name that job. The name is compared where it
  /// was just read, since a job's own string is far off in memory. False also where nobody knows.
  ///
  /// @param value that sample
  boolean isOfJob(byte @Nullable [] key, byte[] value) {
    return key != null
        && jobStart >= 0
        && Arrays.equals(key, 0, key.length, value, jobStart, jobEnd);
  }

  private boolean read(byte[] value, MemorySampleFields into) throws MalformedException {
    int head = subjects.head(value);
    into.subject = subjects.of(value, head);
    jobStart = FastJson.NONE;
    if (into.subject != null) {
      into.schema = true;
      jobStart = subjects.jobStart();
      jobEnd = subjects.jobEnd();
      in.goTo(head);
    } else if (!fields(into, head)) {
      return false;
    } else if (in.at() == head && into.isSubject()) {
      into.subject = into.subject();
      subjects.put(value, head, into.jobStart, into.jobEnd, into.subject);
    }
    return in.isAtEnd() || fields(into, FastJson.NONE);
  }

  /// Reads fields up to a place, or to the end of the message.
  ///
  /// @return whether all of it is plain
  private boolean fields(MemorySampleFields into, int until) {
    int before = FIELDS.length;
    do {
      if (in.at() == until) {
        return true;
      }
      int number = in.indexOf(FIELD_NAMES, following[before]);
      if (number == FastJson.NONE || !in.skipMark(':')) {
        return false;
      }
      following[before] = number;
      before = number;
      if (!in.skipNull() && !take(number, into)) {
        return false;
      }
    } while (in.skipMark(','));
    return in.skip('}') && in.isAtEnd();
  }

  /// Whether the value is plain.
  private boolean take(int number, MemorySampleFields into) {
    Field field = FIELDS[number];
    if (into.subject != null && field.compareTo(Field.NAMESPACE) <= 0) {
      return false;
    }
    return switch (field) {
      case SCHEMA -> {
        into.schema = in.skip(SCHEMA);
        yield into.schema;
      }
      case JOB -> {
        into.job = in.name();
        // Names have one byte a character; behind this one is a quotation mark.
        into.jobEnd = in.at() - 1;
        into.jobStart = into.job == null ? 0 : into.jobEnd - into.job.length();
        yield into.job != null;
      }
      case RUN -> (into.run = in.name()) != null;
      case RANK -> {
        long rank = in.integer();
        into.rank = (int) rank;
        yield rank >= 0 && rank <= Integer.MAX_VALUE;
      }
      case HOST -> (into.host = in.name()) != null;
      case PID -> (into.pid = in.integer()) >= 0;
      case GPU -> (into.gpu = in.name()) != null;
      case OWNER -> (into.owner = in.name()) != null;
      case TEAM -> (into.team = in.name()) != null;
      case NAMESPACE -> (into.namespace = in.name()) != null;
      case TIME -> (into.time = in.time()) != null;
      case SOURCE -> {
        int source = in.indexOf(SOURCE_NAMES, 0);
        into.source = source < 0 ? null : SOURCES[source];
        yield source >= 0;
      }
      case PHASE -> {
        int known = in.indexOf(PHASE_NAMES, phase);
        phase = Math.max(0, known);
        into.phase = PHASES[phase];
        yield known >= 0;
      }
      case STEP -> (into.step = in.integer()) >= 0;
      case PROCESS_USED -> (into.processUsed = size(number)) != null;
      case DEVICE_USED -> (into.deviceUsed = size(number)) != null;
      case DEVICE_TOTAL -> (into.deviceTotal = size(number)) != null;
      case ALLOCATED -> (into.allocated = size(number)) != null;
      case RESERVED -> (into.reserved = size(number)) != null;
      case CATEGORIES -> categories(into);
      case OUTCOME -> {
        int outcome = in.indexOf(OUTCOME_NAMES, 0);
        into.outcome = outcome < 0 ? null : OUTCOMES[outcome];
        yield outcome >= 0;
      }
    };
  }

  private @Nullable MemorySize size(int number) {
    MemorySize size = in.size(sizes[number]);
    sizes[number] = size;
    return size;
  }

  private boolean categories(MemorySampleFields into) {
    var all = new EnumMap<Category, MemorySize>(Category.class);
    if (!in.skip('{')) {
      return false;
    }
    int number = 0;
    do {
      number = in.indexOf(CATEGORY_NAMES, number);
      if (number == FastJson.NONE || !in.skipMark(':')) {
        return false;
      }
      MemorySize size = in.size(null);
      if (size == null) {
        return false;
      }
      all.put(CATEGORIES[number], size);
      number = (number + 1) % CATEGORIES.length;
    } while (in.skipMark(','));
    into.categories = all;
    return in.skip('}');
  }

  private static <T> byte[][] quoted(T[] values, Function<T, String> wireName) {
    return Arrays.stream(values).map(value -> bytes(wireName.apply(value))).toArray(byte[][]::new);
  }

  private static byte[] bytes(String word) {
    return ("\"" + word + "\"").getBytes(US_ASCII);
  }
}
