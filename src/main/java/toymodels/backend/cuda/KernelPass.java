package toymodels.backend.cuda;

/** One kernel of a step, and its grid. */
record KernelPass(String entry, Kernel.Grid grid) implements StreamWork {}
