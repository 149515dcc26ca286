package toymodels.backend.cuda.internal.driver;

/** One thing that a step gives to the stream. */
public sealed interface StreamWork permits KernelPass, Product {}
