package toymodels.run.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every config that can be read is written as text that is read as the same config. */
class ConfigRoundTripTest {
  private static final int CONFIGS = 4000;
  private static final double[] EDGES = {
    0, -0.0, 1, 0.1, 1e-300, 1e-38, 1e-9, 0.999, 0.9999999, 4.5, 1e6, 2e6, 3e38, 1e39
  };

  private final Random random = new Random(20261201);
  private final TreeSet<String> kept = new TreeSet<>();

  @Test
  void random_configs_survive_being_written() {
    int parsed = 0;
    for (int i = 0; i < CONFIGS; i++) {
      String text = text();
      RunConfig config;
      try {
        config = RunConfig.parse(text, "random", List.of());
      } catch (ConfigException e) {
        assertTrue(e.problems().stream().noneMatch(p -> p.what().isBlank()), text);
        continue;
      }
      parsed++;
      text.lines().filter(l -> l.contains(" = ")).map(l -> l.split(" ")[0]).forEach(kept::add);
      assertSame(config, text);
    }
    assertTrue(parsed > CONFIGS / 10, parsed + " of " + CONFIGS + " could be read");
    for (ConfigKey key : ConfigKey.all()) {
      assertTrue(kept.contains(key.name()), () -> "never tried: " + key.path());
    }
  }

  private static void assertSame(RunConfig config, String text) {
    String written = config.toToml();
    RunConfig again = RunConfig.parse(written, "written", List.of());
    assertEquals(config, again, () -> text + "\n# written\n" + written);
    assertEquals(written, again.toToml(), text);
    assertEquals(config.sha256(), again.sha256(), text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[1.0, 4.5]",
        "[1.0, 2e6]",
        "[1.0, 1e-60]",
        "[1.0, 1e-300]",
        "[1e38, 1e38]",
        "[1.0, 0.0]"
      })
  void importances_whose_powers_no_float_holds_are_written_one_by_one(String row) {
    int features = 60;
    String rest = ", 1.0".repeat(features - 2);
    for (String values : List.of(row, row.replace("]", rest + "]"))) {
      int n = values.split(",").length;
      String text =
          "[model]\nkind = \"linear\"\nfeatures = %d\nhidden = 2\n[importance]\nvalues = %s\n"
              .formatted(n, values);
      assertSame(RunConfig.parse(text, "powers", List.of()), text);
    }
  }

  private String text() {
    int features = 1 + random.nextInt(6);
    Map<String, String> model = new LinkedHashMap<>();
    model.put("kind", word("model", "kind"));
    model.put("features", Integer.toString(features));
    model.put("hidden", Integer.toString(1 + random.nextInt(4)));
    StringBuilder out = new StringBuilder();
    section(out, "model", model);
    boolean tasks = random.nextInt(3) == 0;
    section(out, "data", some("data", features, tasks));
    section(out, "importance", importance(features, tasks));
    for (int i = 0; tasks && i < 1 + random.nextInt(3); i++) {
      Map<String, String> task = some("task", features, false);
      if (random.nextBoolean()) {
        task.put("density", list(features, true));
      }
      if (random.nextBoolean()) {
        task.put("importance", list(features, false));
      }
      out.append("[").append("[task]]\n");
      task.forEach((k, v) -> out.append(k).append(" = ").append(v).append('\n'));
    }
    for (String name : List.of("init", "train", "checkpoint", "history", "eval")) {
      section(out, name, some(name, features, false));
    }
    return out.toString();
  }

  private static void section(StringBuilder out, String name, Map<String, String> keys) {
    out.append('[').append(name).append("]\n");
    keys.forEach((key, value) -> out.append(key).append(" = ").append(value).append('\n'));
  }

  /** A few keys of a section with values that are mostly allowed. */
  private Map<String, String> some(String section, int features, boolean one) {
    Map<String, String> keys = new LinkedHashMap<>();
    for (ConfigKey key : ConfigKey.of(section)) {
      if (random.nextInt(4) == 0) {
        keys.put(key.name(), value(key, features, one));
      }
    }
    return keys;
  }

  private Map<String, String> importance(int features, boolean one) {
    Map<String, String> keys = new LinkedHashMap<>();
    ConfigKey key = ConfigKey.of("importance").get(random.nextInt(3));
    if (random.nextBoolean()) {
      keys.put(key.name(), value(key, features, one));
    }
    return keys;
  }

  private String value(ConfigKey key, int features, boolean one) {
    return switch (key.type()) {
      case CHOICE -> word(key.section(), key.name());
      case BOOLEAN -> Boolean.toString(random.nextBoolean());
      case INTEGER ->
          switch (key.name()) {
            case "seed" -> Long.toString(random.nextLong());
            case "warmup" -> Integer.toString(random.nextInt(20));
            case "tiles" -> Integer.toString(1 + random.nextInt(9));
            default -> Integer.toString(2 + random.nextInt(1 + random.nextInt(5000)));
          };
      case NUMBER -> number(key.range());
      case GRID -> one || random.nextInt(3) == 0 ? number(key.range()) : grid(key);
      case LIST -> key.name().equals("sets") ? sets(features) : rows(features, one);
    };
  }

  private String word(String section, String name) {
    List<String> words = ConfigKey.named(section, name).choices();
    return '"' + words.get(random.nextInt(words.size())) + '"';
  }

  private String number(Range range) {
    double value =
        switch (random.nextInt(4)) {
          case 0 -> EDGES[random.nextInt(EDGES.length)];
          case 1 -> range.low();
          case 2 -> random.nextDouble();
          default -> Math.exp(random.nextGaussian() * 8);
        };
    return toymodels.run.file.ShortestDecimal.shortest(value);
  }

  private String grid(ConfigKey key) {
    int count = 2 + random.nextInt(4);
    return switch (random.nextInt(3)) {
      case 0 ->
          "{ logspace = [%s, 1.0], count = %d }".formatted(0.001 + random.nextDouble(), count);
      case 1 ->
          "{ linspace = [%s, %s], count = %d }"
              .formatted(0.01 + random.nextDouble() / 2, random.nextDouble(), count);
      default ->
          IntStream.range(0, count)
              .mapToObj(i -> random.nextInt(8) == 0 ? number(key.range()) : "0." + (1 + i))
              .collect(Collectors.joining(", ", "[", "]"));
    };
  }

  private String list(int features, boolean density) {
    return IntStream.range(0, features)
        .mapToObj(i -> density ? random.nextInt(5) / 4.0 : EDGES[random.nextInt(EDGES.length - 1)])
        .map(toymodels.run.file.ShortestDecimal::shortest)
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private String rows(int features, boolean one) {
    if (one) {
      return list(features, false);
    }
    return IntStream.range(0, 1 + random.nextInt(3))
        .mapToObj(i -> random.nextBoolean() ? list(features, false) : powers(features))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private String powers(int features) {
    double base = EDGES[random.nextInt(EDGES.length - 1)];
    return IntStream.range(0, features)
        .mapToObj(i -> toymodels.run.file.ShortestDecimal.shortest(StrictMath.pow(base, i)))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private String sets(int features) {
    List<String> sets = new ArrayList<>();
    for (int first = 0; first < features; first += 2) {
      sets.add(first + 1 < features ? "[%d, %d]".formatted(first, first + 1) : "[" + first + "]");
    }
    return sets.toString();
  }
}
