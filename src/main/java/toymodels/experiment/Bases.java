package toymodels.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import toymodels.analysis.ClosedForms;
import toymodels.analysis.Geometry;
import toymodels.data.Coupling;
import toymodels.data.FeatureDistribution;
import toymodels.data.Importance;
import toymodels.data.Task;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;
import toymodels.report.Check;
import toymodels.report.Report;
import toymodels.run.Trained;
import toymodels.train.Study;

/** Two sets of correlated features: each becomes an orthogonal basis of its own. */
final class Bases implements Experiment {
  private static final String PAPER = "Elhage et al. 2022, Local Almost-Orthogonal Bases";
  private static final int SET = 10;
  private static final double DENSITY = 0.05;

  @Override
  public String name() {
    return "bases";
  }

  @Override
  public String summary() {
    return "each of two sets of correlated features gets an almost orthogonal basis";
  }

  @Override
  public String figure() {
    return "Local Almost-Orthogonal Bases";
  }

  @Override
  public List<Study> studies(Scale scale) {
    Task task =
        new Task(
            FeatureDistribution.coupled(Coupling.CORRELATED, 2, SET, DENSITY),
            Importance.uniform(2 * SET, 1));
    return List.of(
        new Study(
            new ModelShape(ModelKind.RELU_OUTPUT, 2 * SET, SET),
            List.of(task),
            scale == Scale.QUICK ? 8 : 40,
            Plans.linear(8000, 1024, 3e-3, 0.1)));
  }

  @Override
  public Report report(List<Trained> trained) {
    Pick best = Pick.best(trained.get(0), 0);
    Geometry geometry = best.geometry();
    double within = 0;
    double norm = 0;
    double[] aligned = new double[2 * SET];
    for (int i = 0; i < 2 * SET; i++) {
      norm = Math.max(norm, Math.abs(geometry.norm(i) - 1));
      double opposite = 0;
      for (int j = 0; j < 2 * SET; j++) {
        boolean sameSet = i / SET == j / SET;
        within = sameSet && i != j ? Math.max(within, Math.abs(geometry.dot(i, j))) : within;
        opposite = sameSet ? opposite : Math.min(opposite, geometry.cosine(i, j));
      }
      aligned[i] = -opposite;
    }
    Arrays.sort(aligned);
    double ideal = ClosedForms.digons(DENSITY, 2 * SET, SET);
    List<Check> checks = new ArrayList<>();
    checks.add(Check.atMost("largest |Wᵢ · Wⱼ| within a set", PAPER, within, ALMOST));
    checks.add(Check.atMost("largest distance of a norm from 1", PAPER, norm, ALMOST));
    checks.add(
        Check.atLeast(
            "median alignment of a feature with its opposite in the other set",
            PAPER,
            aligned[SET],
            NEARER_ONE));
    checks.add(
        Check.atMost(
            "loss, over that of ten antipodal pairs across the sets",
            "closed form, biases 0",
            best.loss() / ideal,
            1));
    return new Report(
        name(),
        "Local almost-orthogonal bases",
        """
        Twenty features, ten dimensions. The features form two sets of ten: all features of a set \
        are present together, or none. Superposition could mix all twenty as it likes. Instead \
        each set behaves as if it had the space to itself, and its ten directions are an almost \
        orthogonal basis of the ten dimensions. All superposition is between the sets, where it \
        seldom hurts: most directions have their opposite in the other set.

        So a look at one context, in which only one set is active, would show a model without any \
        superposition. The features of that context form a local basis.""",
        List.of(
            Views.matrices(
                "Two bases in one space",
                "The best of several models. The blocks on the diagonal of WᵀW are close to the identity: within a set there is no interference. Most rows of the other blocks have one strong negative entry, the antipode.",
                List.of(best),
                Views::density)),
        checks);
  }

  /** The cosine from which a direction is nearer to one opposite than to any two mixed. */
  private static final double NEARER_ONE = Math.sqrt(0.5);

  /** The paper says almost. */
  private static final double ALMOST = 0.1;
}
