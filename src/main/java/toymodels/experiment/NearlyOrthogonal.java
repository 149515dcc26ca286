package toymodels.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import toymodels.analysis.AlmostOrthogonal;
import toymodels.analysis.Packing;
import toymodels.report.Check;
import toymodels.report.Figure;
import toymodels.report.Report;
import toymodels.report.Table;
import toymodels.report.XyChart;
import toymodels.train.Study;
import toymodels.train.TrainedStudy;

/** How many nearly orthogonal vectors fit, and a published picture that hides its near-copies. */
final class NearlyOrthogonal implements Experiment {
  private static final String VIDEO = "3Blue1Brown, How might LLMs store facts";
  private static final String BOUND = "relative bound on lines of small cosine";
  private static final String RANDOM = "distribution of the cosine of random directions";
  private static final int STEPS = 250;

  /** Degrees from a right angle within which a pair counts as nearly orthogonal. */
  private static final double DEGREES = 1;

  /**
   * How many vectors are to be nearly orthogonal in how many dimensions.
   *
   * @param start the share of nearly orthogonal pairs among random vectors
   * @param copies near-copies that each vector has in the end at least, on average
   */
  private record Size(int vectors, int dimensions, double start, double copies) {}

  private static final Size PUBLISHED = new Size(10_000, 100, 0.1375, 50);
  private static final Size SMALL = new Size(1500, 40, 0.0863, 20);

  @Override
  public String name() {
    return "orthogonal";
  }

  @Override
  public String summary() {
    return "how many nearly orthogonal vectors fit, and a picture that hides its near-copies";
  }

  @Override
  public String figure() {
    return "What are Features, almost orthogonal vectors; 3Blue1Brown's animation of them";
  }

  @Override
  public List<Study> studies(Scale scale) {
    return List.of();
  }

  @Override
  public Report report(List<TrainedStudy> trained) {
    return theory(Scale.QUICK, 0);
  }

  @Override
  public Report theory(Scale scale, long seed) {
    Size size = scale == Scale.FULL ? PUBLISHED : SMALL;
    AlmostOrthogonal run = new AlmostOrthogonal(size.vectors, size.dimensions, seed);
    AlmostOrthogonal.Angles before = run.angles();
    run.advance(STEPS);
    AlmostOrthogonal.Angles after = run.angles();
    return new Report(
        name(),
        "Nearly orthogonal vectors",
        """
        Superposition lives on a fact of geometry: a space of many dimensions holds many more \
        vectors that are nearly orthogonal than orthogonal ones, in the end exponentially many. \
        How many, and how nearly?

        A popular video lets an optimiser push 10,000 random vectors of 100 dimensions apart, and \
        shows that nearly all pairs end within a degree of a right angle. The same program runs \
        here, with the sizes that the first figure names. The video's picture shows angles from \
        80 to 100 degrees only. The rest of the scale shows what it hides: the vectors have \
        fallen onto each other. Each has many near-copies at 0 or \
        180 degrees, where the loss has no slope to part them. It could not be otherwise: at most \
        103 vectors of 100 dimensions can all be within a degree of orthogonal. The number \
        explodes only where a degree is wide against the angles of random vectors, above 3,283 \
        dimensions, as the table shows. What the video says of large models stands; its picture \
        does not show it.\
        """,
        List.of(histogram(size, before, after), capacity()),
        checks(size, before, after));
  }

  private static Figure histogram(
      Size size, AlmostOrthogonal.Angles before, AlmostOrthogonal.Angles after) {
    return new XyChart(
        "Angles between all pairs",
        String.format(
            Locale.ROOT,
            "Share of the pairs of %,d vectors in %d dimensions by their angle, one point a "
                + "degree, none where there is no pair. The video shows 80 to 100 degrees.",
            size.vectors,
            size.dimensions),
        new XyChart.Axis("angle, degrees", false),
        new XyChart.Axis("share of pairs", true),
        List.of(shares("random vectors", size, before), shares("after 250 steps", size, after)));
  }

  private static XyChart.Series shares(String name, Size size, AlmostOrthogonal.Angles angles) {
    double pairs = size.vectors * (size.vectors - 1.0) / 2;
    long[] bins = angles.histogram();
    double[] degrees = new double[bins.length];
    double[] shares = new double[bins.length];
    Arrays.setAll(degrees, k -> k + 0.5);
    Arrays.setAll(shares, k -> bins[k] == 0 ? Double.NaN : bins[k] / pairs);
    return new XyChart.Series(name, XyChart.Mark.LINE_AND_POINTS, degrees, shares);
  }

  /** How many fit, from bounds that hold for every arrangement, and how random vectors do. */
  private static Figure capacity() {
    double cosine = Packing.cosineOfDegreesFromRight(DEGREES);
    List<List<String>> rows = new ArrayList<>();
    for (int d : new int[] {100, 1000, 3000, 3284, 12_288, 50_000, 100_000}) {
      double most = Packing.mostVectors(d, cosine);
      double union = Math.floor(Packing.unionBound(d, cosine, 1));
      rows.add(
          List.of(
              whole(d),
              Double.isInfinite(most) ? "no such bound" : whole(most),
              union < 3 ? "no more than a pair" : whole(union),
              String.format(Locale.ROOT, "%.1f %%", 100 * Packing.randomShare(d, cosine))));
    }
    return new Table(
        "How many fit within a degree of right angles",
        "At most: a bound on every arrangement (Welch's, turned around). Random vectors reach: so "
            + "many are sure to exist, by counting failures of random ones. Random pairs: the "
            + "share that is within a degree of a right angle without any training.",
        List.of("dimensions", "at most", "random vectors reach", "random pairs within 1 degree"),
        rows);
  }

  private static String whole(double value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }

  private static List<Check> checks(
      Size size, AlmostOrthogonal.Angles before, AlmostOrthogonal.Angles after) {
    String of =
        String.format(Locale.ROOT, ", %,d vectors in %d dimensions", size.vectors, size.dimensions);
    double most = Packing.mostVectors(size.dimensions, Packing.cosineOfDegreesFromRight(DEGREES));
    return List.of(
        Check.near(
            "share of random pairs within a degree of a right angle" + of,
            RANDOM,
            before.within1Degree(),
            size.start,
            0.001),
        Check.atLeast(
            "share of pairs within a degree after 250 steps" + of,
            VIDEO,
            after.within1Degree(),
            0.97),
        Check.atLeast(
                "vectors that can all be within a degree of orthogonal" + of,
                VIDEO,
                most,
                size.vectors)
            .disputed(
                "no more than %s fit; the picture hides that the others are near-copies"
                    .formatted(whole(most))),
        Check.atLeast(
            "near-copies of a vector after 250 steps, |cos| above 0.9, on average",
            BOUND,
            after.nearCopies(),
            size.copies),
        Check.atMost(
            "smallest angle between two lines after 250 steps, in degrees",
            BOUND,
            after.smallestAngle(),
            5));
  }
}
