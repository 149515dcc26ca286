package toymodels.backend.cuda;

/** One thing that a step gives to the stream. */
sealed interface StreamWork permits KernelPass, Product {}
