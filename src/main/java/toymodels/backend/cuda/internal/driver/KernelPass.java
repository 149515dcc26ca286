package toymodels.backend.cuda.internal.driver;

/** One kernel of a step, and its grid. */
public record KernelPass(String entry, Kernel.Grid grid) implements StreamWork {}
