package dev.headroom.cli.predict;

/// Bars of block characters, in eighths of a character; of `#` where the output has no Unicode.
public record TextBars(boolean blocks) {

  private static final int WIDTH = 30;
  private static final String EIGHTHS = " ▏▎▍▌▋▊▉█";

  public static TextBars forStandardOutput() {
    return new TextBars(System.out.charset().newEncoder().canEncode(EIGHTHS));
  }

  /// A bar for a share of the whole; what is more than nothing is seen.
  public String of(long part, long whole) {
    if (part <= 0 || whole <= 0) {
      return "";
    }
    double share = (double) part / whole * WIDTH;
    if (!blocks) {
      return "#".repeat(Math.max(1, (int) Math.round(share)));
    }
    int eighths = Math.max(1, (int) Math.round(share * 8));
    String rest = eighths % 8 == 0 ? "" : String.valueOf(EIGHTHS.charAt(eighths % 8));
    return "█".repeat(eighths / 8) + rest;
  }
}
