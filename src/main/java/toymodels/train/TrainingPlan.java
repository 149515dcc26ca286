package toymodels.train;

import java.util.function.Consumer;

/**
 * How every model of a study is trained.
 *
 * @param steps optimiser steps, at least 1
 * @param batch B, samples a step, 1 to 2^24
 * @param adam the optimiser
 * @param schedule how the learning rate changes after the warm-up
 * @param warmup steps over which the learning rate rises from 1/warmup to 1; 0 for none
 * @param microBatches R, parts of a batch that are summed one by one (docs/arithmetic.md), 1 to B
 * @param estimator where gradients come from
 * @param stratifiedSamples S, samples with several active features that {@link
 *     GradientEstimator#STRATIFIED} draws a step; 0, and always 0 for other estimators, for max(16,
 *     ⌈B P(several)⌉), as many as a batch would have
 * @param initialization how initial weights are drawn
 * @param seed any 64 bits
 */
public record TrainingPlan(
    int steps,
    int batch,
    Adam adam,
    Schedule schedule,
    int warmup,
    int microBatches,
    GradientEstimator estimator,
    int stratifiedSamples,
    Initialization initialization,
    long seed) {
  public static final int MAX_BATCH = 1 << 24;

  /**
   * @throws IllegalArgumentException if a number is out of range
   */
  public TrainingPlan {
    requireWithin("steps", steps, 1, Integer.MAX_VALUE);
    requireWithin("batch", batch, 1, MAX_BATCH);
    requireWithin("warmup", warmup, 0, steps);
    requireWithin("micro_batches", microBatches, 1, batch);
    requireWithin(
        "stratified_samples",
        stratifiedSamples,
        0,
        estimator == GradientEstimator.STRATIFIED ? MAX_BATCH : 0);
  }

  private static void requireWithin(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "%s = %d, allowed is %d to %d".formatted(name, value, min, max));
    }
  }

  /**
   * The official notebook: 10,000 steps of 1,024 samples, AdamW at 1e-3 with weight decay 0.01 on
   * weights and biases, constant rate.
   */
  public static TrainingPlan notebook() {
    return new TrainingPlan(
        10_000,
        1024,
        Adam.adamW(1e-3, 0.01),
        Schedule.CONSTANT,
        0,
        1,
        GradientEstimator.IID,
        0,
        Initialization.notebook(),
        0);
  }

  /**
   * ARENA's course: as the notebook, but Adam without weight decay, and its own initial weights.
   */
  public static TrainingPlan arena() {
    return notebook()
        .withAdam(Adam.adam(1e-3))
        .withInitialization(Initialization.of(Initialization.Scheme.ARENA, 8));
  }

  /** The learning rate of a step, from 0, in double: rate · warm-up · schedule. */
  public double learningRate(int step) {
    double factor =
        step < warmup
            ? (step + 1.0) / warmup
            : schedule.factor(step - warmup, Math.max(steps - warmup, 1));
    return adam.learningRate() * factor;
  }

  public TrainingPlan withSteps(int value) {
    return edited(draft -> draft.steps = value);
  }

  public TrainingPlan withBatch(int value) {
    return edited(draft -> draft.batch = value);
  }

  public TrainingPlan withAdam(Adam value) {
    return edited(draft -> draft.adam = value);
  }

  public TrainingPlan withSchedule(Schedule value) {
    return edited(draft -> draft.schedule = value);
  }

  public TrainingPlan withWarmup(int value) {
    return edited(draft -> draft.warmup = value);
  }

  public TrainingPlan withMicroBatches(int value) {
    return edited(draft -> draft.microBatches = value);
  }

  public TrainingPlan withEstimator(GradientEstimator value) {
    return value == GradientEstimator.STRATIFIED
        ? stratified(stratifiedSamples)
        : edited(
            draft -> {
              draft.estimator = value;
              draft.stratifiedSamples = 0;
            });
  }

  /** The stratified estimator with this many samples a step; 0 for as many as a batch has. */
  public TrainingPlan stratified(int samples) {
    return edited(
        draft -> {
          draft.estimator = GradientEstimator.STRATIFIED;
          draft.stratifiedSamples = samples;
        });
  }

  /** The same plan without sampling noise: the gradient is the mean over all inputs. */
  public TrainingPlan exactGradient() {
    return withEstimator(GradientEstimator.EXACT);
  }

  public TrainingPlan withInitialization(Initialization value) {
    return edited(draft -> draft.initialization = value);
  }

  public TrainingPlan withSeed(long value) {
    return edited(draft -> draft.seed = value);
  }

  private TrainingPlan edited(Consumer<Draft> edit) {
    Draft draft = new Draft(this);
    edit.accept(draft);
    return draft.plan();
  }

  /** The components of a plan while some are replaced. */
  private static final class Draft {
    private int steps;
    private int batch;
    private Adam adam;
    private Schedule schedule;
    private int warmup;
    private int microBatches;
    private GradientEstimator estimator;
    private int stratifiedSamples;
    private Initialization initialization;
    private long seed;

    Draft(TrainingPlan of) {
      steps = of.steps;
      batch = of.batch;
      adam = of.adam;
      schedule = of.schedule;
      warmup = of.warmup;
      microBatches = of.microBatches;
      estimator = of.estimator;
      stratifiedSamples = of.stratifiedSamples;
      initialization = of.initialization;
      seed = of.seed;
    }

    TrainingPlan plan() {
      return new TrainingPlan(
          steps,
          batch,
          adam,
          schedule,
          warmup,
          microBatches,
          estimator,
          stratifiedSamples,
          initialization,
          seed);
    }
  }
}
