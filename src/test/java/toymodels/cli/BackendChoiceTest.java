package toymodels.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import toymodels.backend.Backends;
import toymodels.backend.cuda.DriverEmulator;
import toymodels.backend.cuda.DriverEmulator.Knob;
import toymodels.experiment.Experiment;
import toymodels.experiment.Experiments;
import toymodels.experiment.Scale;
import toymodels.train.Backend;
import toymodels.train.Study;

/** Which backend trains what, on a machine with a GPU and on one without. */
@ExtendWith(DriverEmulator.class)
class BackendChoiceTest {
  @TempDir private Path folder;
  private String config;
  private Path run;

  @BeforeEach
  void write_a_config() throws IOException {
    DriverEmulator.reset();
    String text =
        "[model]\nkind = \"relu-output\"\nfeatures = 5\nhidden = 2\n"
            + "[train]\nsteps = 4\nbatch = 16\n[history]\nkeyframes = 0\n";
    config = Files.writeString(folder.resolve("small.toml"), text).toString();
    run = folder.resolve("run");
  }

  private Invocation train(String... more) {
    String[] first = {"train", config, "--out", run.toString()};
    return Invocation.of(ViewCommandTest.with(first, more));
  }

  private String trainedBy() throws IOException {
    return Files.readString(run.resolve("provenance.json"));
  }

  @Test
  void auto_is_the_gpu() throws IOException {
    train("-q").succeeded();
    assertTrue(trainedBy().contains("\"backend\" : \"cuda\""), trainedBy());
  }

  @ParameterizedTest
  @ValueSource(strings = {"iid-sparse", "stratified"})
  void auto_is_the_cpu_for_what_the_gpu_cannot_train_and_says_so(String estimator)
      throws IOException {
    Invocation trained = train("--set", "train.estimator=" + estimator).succeeded();
    String reported = "training on the CPU: estimator '%s' is not offered".formatted(estimator);
    assertTrue(trained.err().contains(reported), trained.err());
    assertTrue(trainedBy().contains("\"backend\" : \"cpu\""), trainedBy());
    Invocation.of("train", "--resume", run.toString(), "--set", "train.steps=6").succeeded();
  }

  @ParameterizedTest
  @EnumSource(Scale.class)
  void every_experiment_trains_on_the_gpu(Scale scale) {
    int withDenseSampling = 0;
    try (Backend gpu = Backends.open("cuda", 1);
        Backend cpu = Backends.open("cpu", 1)) {
      for (Experiment experiment : Experiments.all()) {
        for (Study study : experiment.studies(scale)) {
          assertSame(study, Reproduce.trainable(study, cpu), "as it is where that works");
          Study trained = Reproduce.trainable(study, gpu);
          assertEquals(Optional.empty(), gpu.unsupportedReason(trained), experiment.name());
          withDenseSampling += trained.equals(study) ? 0 : 1;
        }
      }
    }
    assertTrue(withDenseSampling > 0, "no experiment draws active features alone");
  }

  @Test
  void what_a_backend_cannot_train_is_refused_before_anything_is_written() throws IOException {
    String[] asked = {"--set", "train.estimator=stratified", "--backend", "cuda"};
    Invocation refused = train(asked).failed(ErrorKind.CONFIG);
    assertTrue(refused.err().contains("--backend auto or cpu"), refused.err());
    String sparse =
        Files.readString(Path.of(config)).replace("batch", "estimator = \"stratified\"\nbatch");
    Files.writeString(Path.of(config), sparse);
    String out = run.toString();
    Invocation.of("view", config, "--backend", "cuda", "--out", out, "--screenshot", out + ".png")
        .failed(ErrorKind.CONFIG);
    assertFalse(Files.exists(run), "a run of something that cannot be trained");
  }

  @Test
  void without_a_gpu_the_cpu_is_advised_with_the_bits_it_gives() {
    DriverEmulator.requireEmulator();
    DriverEmulator.set(Knob.DEVICES, 0);
    Invocation strict = train("--backend", "cuda").failed(ErrorKind.GPU);
    assertTrue(strict.err().endsWith("fix:   train with --backend cpu: same bits\n"), strict.err());
    Invocation fast = train("--backend", "cuda", "--fast").failed(ErrorKind.GPU);
    assertFalse(fast.err().contains("same bits"), fast.err());
    String out = run.toString();
    Invocation.of("reproduce", "intro", "--backend", "cuda", "--out", out).failed(ErrorKind.GPU);
    assertFalse(Files.exists(run), "a run that nothing can train");
  }
}
