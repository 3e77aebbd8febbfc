package dev.headroom.budget.device;

import dev.headroom.memory.MemorySize;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A kind of GPU and the memory it has, as `nvidia-smi` shows it; error correction is taken off.
public record GpuModel(String name, MemorySize total) {

  /// Totals by NVIDIA's driver, MiB; a GPU whose memory comes in two sizes is named with it.
  private static final List<GpuModel> KNOWN =
      List.of(
          mebibytes("K80", 11_441),
          mebibytes("P100", 16_384),
          mebibytes("T4", 15_360),
          mebibytes("V100-16GB", 16_384),
          mebibytes("V100-32GB", 32_768),
          mebibytes("A10", 23_028),
          mebibytes("A30", 24_576),
          mebibytes("A40", 46_068),
          mebibytes("A100-40GB", 40_960),
          mebibytes("A100-80GB", 81_920),
          mebibytes("L4", 23_034),
          mebibytes("L40S", 46_068),
          mebibytes("H100", 81_559),
          mebibytes("H200", 143_771),
          mebibytes("B200", 183_359),
          mebibytes("RTX3090", 24_576),
          mebibytes("RTX4090", 24_564),
          mebibytes("RTXA6000", 49_140));

  /// A size of its own, such as `24GiB` or `MyGPU-24GB`.
  private static final Pattern SIZED = Pattern.compile("(?:(.{1,64})-)?(\\d{1,6})\\s?(GiB|GB|MiB)");

  public static List<GpuModel> known() {
    return KNOWN;
  }

  /// The GPU of that name, with or without `NVIDIA` and the form it comes in (`SXM4`, `PCIe`), as
  /// people write it and as the driver does; or one of a size, `24GiB` or `NAME-24GiB`. In sizes of
  /// GPUs `GB` means GiB.
  public static Optional<GpuModel> of(String name) {
    String wanted = plain(name);
    for (GpuModel gpu : KNOWN) {
      if (plain(gpu.name).equals(wanted)) {
        return Optional.of(gpu);
      }
    }
    // An H100-80GB is the H100: a known GPU by the size that it is sold with.
    Matcher sized = SIZED.matcher(name.strip());
    if (!sized.matches()) {
      return Optional.empty();
    }
    long number = Long.parseLong(sized.group(2));
    MemorySize total =
        MemorySize.ofMebibytes("MiB".equals(sized.group(3)) ? number : number * 1024);
    if (sized.group(1) != null) {
      String kind = plain(sized.group(1));
      for (GpuModel gpu : KNOWN) {
        if (plain(gpu.name).equals(kind) && isSoldAs(gpu, total)) {
          return Optional.of(gpu);
        }
      }
    }
    return number == 0 ? Optional.empty() : Optional.of(new GpuModel(name.strip(), total));
  }

  private static boolean isSoldAs(GpuModel gpu, MemorySize total) {
    return Math.abs(gpu.total.bytes() - total.bytes()) * 10 <= total.bytes();
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT)
        .replaceAll("nvidia|tesla|geforce|quadro|sxm\\d?|pcie|hbm\\d?e?|[^a-z0-9]", "");
  }

  private static GpuModel mebibytes(String name, long mebibytes) {
    return new GpuModel(name, MemorySize.ofMebibytes(mebibytes));
  }
}
