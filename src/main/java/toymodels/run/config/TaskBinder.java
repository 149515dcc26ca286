package toymodels.run.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleFunction;
import toymodels.data.Coupling;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.run.file.Problem;

/** Makes the tasks of a study from [data], [importance] and [[task]]. */
final class TaskBinder {
  /** Densities and importances of all tasks: bounds the memory that a config can ask for. */
  private static final long MAX_NUMBERS = 50_000_000;

  private final int features;
  private final List<Problem> problems;

  TaskBinder(int features, List<Problem> problems) {
    this.features = features;
    this.problems = problems;
  }

  /** What a task takes from [data] where it says nothing itself. */
  private record Inputs(Coupling coupling, List<int[]> sets, boolean signed) {}

  /**
   * The tasks, in the order of their ids.
   *
   * @param sized whether the number of features is known; without it, keys are checked alone
   */
  List<Task> tasks(Section data, Section importance, List<Section> tasks, boolean sized) {
    double[] densities = data.numbers("density", 1.0);
    boolean zip = data.word("combine", "product").equals("zip");
    Inputs inputs = inputs(data, new Inputs(Coupling.INDEPENDENT, List.of(), false));
    List<Importance> importances = importances(importance, sized);
    if (!sized || importances.isEmpty()) {
      tasks.forEach(t -> inputs(t, inputs));
      return List.of();
    }
    if (!tasks.isEmpty()) {
      return listed(data, importance, tasks, densities, inputs, importances);
    }
    long count =
        zip
            ? Math.max(densities.length, importances.size())
            : (long) densities.length * importances.size();
    if (count * features > MAX_NUMBERS) {
      data.problem(
          "%d tasks of %d features are too many for one study".formatted(count, features),
          "density",
          "at most %d numbers in all: use several studies".formatted(MAX_NUMBERS));
      return List.of();
    }
    if (zip
        && densities.length != importances.size()
        && densities.length > 1
        && importances.size() > 1) {
      data.problem(
          "zip pairs %d densities with %d importances"
              .formatted(densities.length, importances.size()),
          "combine",
          "give both the same count, or use combine = \"product\"");
      return List.of();
    }
    List<Task> made = new ArrayList<>((int) count);
    for (int k = 0; k < count; k++) {
      int d = zip ? k % densities.length : k / importances.size();
      int i = k % importances.size();
      Task task = task(data, "density", inputs, uniform(densities[d]), importances.get(i));
      if (task == null) {
        return List.of(); // The next task would fail for the same reason.
      }
      made.add(task);
    }
    return made;
  }

  private List<Task> listed(
      Section data,
      Section importance,
      List<Section> tasks,
      double[] densities,
      Inputs inputs,
      List<Importance> importances) {
    if (densities.length > 1 || importances.size() > 1) {
      (densities.length > 1 ? data : importance)
          .problem(
              "grids and [[task]] cannot be combined",
              densities.length > 1 ? "density" : "values",
              "list every task, or remove [[task]]");
      return List.of();
    }
    List<Task> made = new ArrayList<>();
    for (Section section : tasks) {
      double[] density = perFeature(section, "density", densities[0]);
      double[] weights =
          section.has("importance")
              ? perFeature(section, "importance", 1)
              : importances.get(0).values();
      Inputs own = inputs(section, inputs);
      if (density != null && weights != null) {
        Task task = task(section, "density", own, density, new Importance(weights));
        if (task != null) {
          made.add(task);
        }
      }
    }
    return made;
  }

  private double[] perFeature(Section section, String key, double standard) {
    double[] values = section.numbers(key, standard);
    if (values.length == 1) {
      return uniform(values[0]);
    }
    return requireOneEach(section, key, values) ? values : null;
  }

  private boolean requireOneEach(Section section, String key, double[] values) {
    if (values.length != features) {
      section.problem(
          "%s has %d values, but the model has %d features".formatted(key, values.length, features),
          key,
          "give one value a feature");
      return false;
    }
    return true;
  }

  private double[] uniform(double value) {
    double[] values = new double[features];
    Arrays.fill(values, value);
    return values;
  }

  private Task task(
      Section section, String key, Inputs inputs, double[] density, Importance importance) {
    try {
      return new Task(
          new FeatureDistribution(density, inputs.coupling, inputs.sets, inputs.signed),
          importance);
    } catch (IllegalArgumentException e) {
      section.problem(
          e.getMessage(),
          section.has("sets") ? "sets" : section.has("coupling") ? "coupling" : key,
          "change it   (toymodels config keys " + section.name() + ")");
      return null;
    }
  }

  private Inputs inputs(Section section, Inputs standard) {
    Coupling coupling =
        section.choice("coupling", Coupling.values(), Coupling::configName, standard.coupling);
    List<int[]> sets =
        section.has("sets")
            ? sets(section)
            : coupling == Coupling.INDEPENDENT ? List.of() : standard.sets;
    return new Inputs(coupling, sets, section.flag("signed", standard.signed));
  }

  private List<int[]> sets(Section section) {
    List<int[]> sets = new ArrayList<>();
    for (double[] row : section.rows("sets")) {
      for (double feature : row) {
        if (feature != Math.rint(feature) || Math.abs(feature) > Integer.MAX_VALUE) {
          section.problem(
              "a set holds %s, which is no feature".formatted(feature),
              "sets",
              "write sets = [[0, 1], [2, 3]]");
          return List.of();
        }
      }
      sets.add(Arrays.stream(row).mapToInt(f -> (int) f).toArray());
    }
    return sets;
  }

  private List<Importance> importances(Section section, boolean sized) {
    List<String> given =
        List.of("uniform", "geometric", "values").stream().filter(section::has).toList();
    if (given.size() > 1) {
      section.problem(
          "importance is given in %d ways: %s".formatted(given.size(), String.join(", ", given)),
          given.get(1),
          "keep one of them");
      return List.of();
    }
    double[] uniform = section.numbers("uniform", 1.0);
    double[] geometric = section.numbers("geometric", 1.0);
    List<double[]> rows = section.rows("values");
    if (!sized) {
      return List.of();
    }
    if (section.has("values")) {
      return ofRows(section, rows);
    }
    return section.has("geometric")
        ? each(section, "geometric", geometric, v -> Importance.geometric(features, v))
        : each(section, "uniform", uniform, v -> Importance.uniform(features, v));
  }

  private List<Importance> ofRows(Section section, List<double[]> rows) {
    List<Importance> importances = new ArrayList<>();
    for (double[] row : rows) {
      if (!requireOneEach(section, "values", row)) {
        return List.of();
      }
      importances.addAll(each(section, "values", new double[1], v -> new Importance(row)));
    }
    return importances;
  }

  private List<Importance> each(
      Section section, String key, double[] values, DoubleFunction<Importance> make) {
    if ((long) values.length * features > MAX_NUMBERS) {
      section.problem(
          "%d importances of %d features are too many".formatted(values.length, features),
          key,
          "at most %d numbers in all".formatted(MAX_NUMBERS));
      return List.of();
    }
    List<Importance> importances = new ArrayList<>();
    for (double value : values) {
      try {
        importances.add(make.apply(value));
      } catch (IllegalArgumentException e) {
        section.problem(e.getMessage(), key, "give finite numbers of at least 0");
        return List.of();
      }
    }
    return importances;
  }
}
