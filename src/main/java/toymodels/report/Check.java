package toymodels.report;

/**
 * One claim, with what was measured here and what is allowed.
 *
 * @param claim what is said, such as "features represented at density 0.1"
 * @param source who says it, such as "Elhage et al. 2022, Introduction"
 * @param measured the number found
 * @param low the smallest number that agrees with the claim
 * @param high the largest
 * @param dispute why this number is not reached where it is not, with the number found instead; not
 *     to be reached is then no failure. Empty where nothing is disputed
 */
public record Check(
    String claim, String source, double measured, double low, double high, String dispute) {
  /** A check of a claim that nobody disputes. */
  public Check(String claim, String source, double measured, double low, double high) {
    this(claim, source, measured, low, high, "");
  }

  /** A check that |measured − expected| ≤ tolerance. */
  public static Check near(
      String claim, String source, double measured, double expected, double tolerance) {
    return new Check(claim, source, measured, expected - tolerance, expected + tolerance);
  }

  /** A check that measured ≤ bound. */
  public static Check atMost(String claim, String source, double measured, double bound) {
    return new Check(claim, source, measured, Double.NEGATIVE_INFINITY, bound);
  }

  /** A check that measured ≥ bound. */
  public static Check atLeast(String claim, String source, double measured, double bound) {
    return new Check(claim, source, measured, bound, Double.POSITIVE_INFINITY);
  }

  /** The same check, open to dispute: its number stays, with what is known against it. */
  public Check disputed(String why) {
    return new Check(claim, source, measured, low, high, why);
  }

  /** Whether the claim holds; never when the measurement is not a number. */
  public boolean holds() {
    return low <= measured && measured <= high;
  }

  /** Whether the claim neither holds nor is disputed. */
  public boolean fails() {
    return !holds() && dispute.isEmpty();
  }

  /** In a word: "holds", "disputed" or "fails". */
  public String verdict() {
    return holds() ? "holds" : fails() ? "fails" : "disputed";
  }
}
