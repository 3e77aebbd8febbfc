package dev.headroom.deployment;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The names that an expression uses. No parser: it finds names by what stands around them, in
/// expressions that promtool has found valid.
record Promql(Set<String> metrics, Set<String> labels) {

  private static final Set<String> WORDS =
      Set.of("and", "or", "unless", "bool", "offset", "inf", "nan", "Inf", "NaN");

  private static final Pattern STRING = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"|'[^']*'");
  private static final Pattern GROUPING =
      Pattern.compile(
          "\\b(?:by|without|on|ignoring|group_left|group_right)\\b\\s*(?:\\(([^)]*)\\))?");
  private static final Pattern MATCHERS = Pattern.compile("\\{([^}]*)}");
  private static final Pattern RANGE = Pattern.compile("\\[[^]]*]");
  private static final Pattern NAME =
      Pattern.compile("(?<![\\w:$])([A-Za-z_:][\\w:]*)\\b(?!\\s*\\()");

  static Promql of(String expression) {
    var metrics = new TreeSet<String>();
    var labels = new TreeSet<String>();
    String rest = STRING.matcher(expression).replaceAll("\"\"");
    rest = taken(rest, GROUPING, labels);
    rest = taken(rest, MATCHERS, labels);
    rest = RANGE.matcher(rest).replaceAll(" ");
    NAME.matcher(rest).results().forEach(name -> metrics.add(name.group(1)));
    metrics.removeAll(WORDS);
    return new Promql(metrics, labels);
  }

  private static String taken(String text, Pattern pattern, Set<String> labels) {
    Matcher parts = pattern.matcher(text);
    return parts.replaceAll(
        part -> {
          String inner = part.group(1);
          if (inner != null) {
            Pattern.compile("[A-Za-z_]\\w*")
                .matcher(inner)
                .results()
                .forEach(l -> labels.add(l.group()));
          }
          return " ";
        });
  }
}
