package toymodels.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** The report of a run of a hundred models. */
final class SampleSweep {
  private SampleSweep() {}

  /** 100 models of 20 features in 5 dimensions with their histories, losses and matrices. */
  static Report report() {
    Random random = new Random(1);
    double[] importance = IntStream.range(0, 20).mapToDouble(i -> Math.pow(.9, i)).toArray();
    int[] steps = IntStream.range(0, 100).map(k -> 100 * k).toArray();
    double[] x = IntStream.range(0, 10_000).mapToDouble(i -> i).toArray();
    List<Polytopes.Model> models = new ArrayList<>();
    List<XyChart.Series> losses = new ArrayList<>();
    List<Matrices.Panel> panels = new ArrayList<>();
    for (int model = 0; model < 100; model++) {
      List<float[]> frames = new ArrayList<>();
      for (int k = 0; k < steps.length; k++) {
        float[] frame = new float[100];
        for (int i = 0; i < frame.length; i++) {
          frame[i] = (float) random.nextGaussian();
        }
        frames.add(frame);
      }
      models.add(new Polytopes.Model("model " + model, importance, steps, frames));
      double[] y =
          IntStream.range(0, x.length).mapToDouble(i -> .1 + random.nextDouble()).toArray();
      losses.add(new XyChart.Series("model " + model, XyChart.Mark.LINE, x, y));
      double[] gram = IntStream.range(0, 400).mapToDouble(i -> random.nextGaussian()).toArray();
      panels.add(new Matrices.Panel("model " + model, gram, importance, importance, importance));
    }
    return new Report(
        "sweep",
        "A hundred models",
        "All of them.",
        List.of(
            new Polytopes("Turnable", "", 5, models),
            new Matrices("Matrices", "", panels),
            new XyChart(
                "Loss",
                "",
                new XyChart.Axis("step", false),
                new XyChart.Axis("loss", true),
                losses)),
        List.of());
  }
}
