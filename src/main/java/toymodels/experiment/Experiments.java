package toymodels.experiment;

import java.util.List;
import java.util.stream.Collectors;

/** The one list of experiments, in the order of the paper. */
public final class Experiments {
  private static final List<Experiment> ALL =
      List.of(
          new Intro(),
          new Sparsity(),
          new LossDecomposition(),
          new Phase(),
          new UniformSuperposition(),
          new Perturb(),
          new Correlated(),
          new Anticorrelated(),
          new Bases(),
          new Collapse(),
          new Dynamics(),
          new Transform(),
          new Adversarial(),
          new Privileged(),
          new Absolute(),
          new Asymmetric(),
          new Compression(),
          new Sensing(),
          new NearlyOrthogonal(),
          new Confused());

  private Experiments() {}

  public static List<Experiment> all() {
    return ALL;
  }

  /**
   * The experiment of a name.
   *
   * @throws IllegalArgumentException if there is none, naming all that there are
   */
  public static Experiment byName(String name) {
    return ALL.stream()
        .filter(experiment -> experiment.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "experiment = '%s', allowed is one of %s"
                        .formatted(
                            name,
                            ALL.stream().map(Experiment::name).collect(Collectors.joining(", ")))));
  }
}
