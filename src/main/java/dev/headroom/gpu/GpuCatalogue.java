package dev.headroom.gpu;

import dev.headroom.memory.MemorySize;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The GPUs that are known, and the names that people, drivers and clouds have for them.
public final class GpuCatalogue {

  /// A size of its own, such as `24GiB` or `MyGPU-24GB`. In sizes of GPUs `GB` means GiB.
  private static final Pattern SIZED = Pattern.compile("(?:(.{1,64})-)?(\\d{1,6})\\s?(GiB|GB|MiB)");

  /// A slice: `A100-40GB:3g.20gb`, and as labels of Kubernetes have it `…-MIG-3g.20gb`.
  private static final Pattern SLICE = Pattern.compile("(?i)(.+?)(?::|[- ]MIG[- ])(\\d+g\\..+)");

  private static final Pattern SHARED = Pattern.compile("(?i)-SHARED$");

  /// A GPU with its names.
  ///
  /// @param driver as NVML writes them; maker, form and separators do not matter
  /// @param aliases taken as they stand, but for case
  public record Entry(GpuModel model, List<String> driver, List<String> aliases) {

    public Entry {
      driver = List.copyOf(driver);
      aliases = List.copyOf(aliases);
    }
  }

  private final Map<String, Entry> entries;
  private final Map<String, GpuModel> byDriver = new HashMap<>();
  private final Map<String, GpuModel> byAlias = new HashMap<>();

  /// @param entries a later one takes the place of an earlier one of its name
  /// @throws IllegalArgumentException where one name stands for two GPUs
  public GpuCatalogue(List<Entry> entries) {
    var all = new LinkedHashMap<String, Entry>();
    entries.forEach(entry -> all.put(entry.model().name(), entry));
    this.entries = all;
    for (Entry entry : all.values()) {
      GpuModel model = entry.model();
      name(byDriver, plain(model.name()), model);
      entry.driver().forEach(name -> name(byDriver, plain(name), model));
      entry.aliases().forEach(name -> name(byAlias, name.toLowerCase(Locale.ROOT), model));
    }
  }

  private static void name(Map<String, GpuModel> names, String name, GpuModel model) {
    GpuModel other = names.put(name, model);
    if (other != null && !other.equals(model)) {
      throw new IllegalArgumentException(
          "%s stands for %s and for %s".formatted(name, other.name(), model.name()));
    }
  }

  /// This with other entries, which take the place of those of their names.
  public GpuCatalogue with(List<Entry> others) {
    var all = new ArrayList<>(entries.values());
    all.addAll(others);
    return new GpuCatalogue(all);
  }

  /// The entry of exactly that name.
  public Optional<Entry> entry(String name) {
    return Optional.ofNullable(entries.get(name));
  }

  public List<GpuModel> models() {
    return entries.values().stream().map(Entry::model).toList();
  }

  /// Every known GPU and MIG slice, by what a process can have on it, the smallest first.
  public List<CudaDevice> devices() {
    var devices = new ArrayList<CudaDevice>();
    for (GpuModel model : models()) {
      devices.add(CudaDevice.whole(model));
      model
          .geometry()
          .ifPresent(
              mig ->
                  mig.profiles().forEach(profile -> devices.add(new CudaDevice(model, profile))));
    }
    devices.sort(Comparator.comparing(CudaDevice::usable).thenComparing(device -> device.name()));
    return List.copyOf(devices);
  }

  /// The GPU or slice of that name, as people, `nvidia-smi`, Kubernetes' labels and clouds write
  /// it; or one of a size, `24GiB` or `NAME-24GiB`.
  public Optional<CudaDevice> device(String name) {
    String wanted = SHARED.matcher(name.strip()).replaceFirst("");
    Matcher slice = SLICE.matcher(wanted);
    if (slice.matches()) {
      return model(slice.group(1))
          .flatMap(
              model ->
                  model
                      .geometry()
                      .flatMap(mig -> mig.profile(slice.group(2)))
                      .map(profile -> new CudaDevice(model, profile)));
    }
    return model(wanted).map(CudaDevice::whole);
  }

  /// The whole GPU of that name, or one of a size.
  public Optional<GpuModel> model(String name) {
    GpuModel alias = byAlias.get(name.strip().toLowerCase(Locale.ROOT));
    if (alias != null) {
      return Optional.of(alias);
    }
    GpuModel known = byDriver.get(plain(name));
    return known != null ? Optional.of(known) : sized(name.strip());
  }

  private Optional<GpuModel> sized(String name) {
    Matcher sized = SIZED.matcher(name);
    if (!sized.matches()) {
      return Optional.empty();
    }
    long number = Long.parseLong(sized.group(2));
    MemorySize total =
        MemorySize.ofMebibytes("MiB".equals(sized.group(3)) ? number : number * 1024);
    if (sized.group(1) != null) {
      // An L4-24GB is the L4: a known GPU by the size that it is sold with.
      GpuModel kind = byDriver.get(plain(sized.group(1)));
      if (kind != null && isSoldAs(kind, total)) {
        return Optional.of(kind);
      }
    }
    return number == 0 ? Optional.empty() : Optional.of(GpuModel.ofSize(name, total));
  }

  private static boolean isSoldAs(GpuModel gpu, MemorySize total) {
    return Math.abs(gpu.total().bytes() - total.bytes()) * 10 <= total.bytes();
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT)
        .replaceAll("nvidia|tesla|geforce|quadro|generation|sxm\\d?|pcie|hbm\\d?e?|[^a-z0-9]", "");
  }
}
