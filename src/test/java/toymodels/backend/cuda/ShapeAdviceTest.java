package toymodels.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;

class ShapeAdviceTest {
  private static final int HOPPER = 232_448;

  private static String advice(int n, int m) {
    return ShapeAdvice.of(new ModelShape(ModelKind.RELU_OUTPUT, n, m), HOPPER);
  }

  @Test
  void names_the_train_step_and_why_not_a_faster_one() {
    assertEquals(
        "relu-output models of n = 20, m = 5: in the registers of a warp, many steps a launch"
            + "; --fast changes nothing",
        advice(20, 5));
    String registers = advice(80, 20);
    assertTrue(registers.contains("m = 20: in the registers of a block, many"), registers);
    assertTrue(registers.contains("is not among the shapes compiled"), registers);
    String block = advice(67, 25);
    assertTrue(block.contains("m = 25: in shared memory, many steps a launch; not in"), block);
    assertTrue(block.contains("than the shapes compiled for the registers of a block"), block);
    String large = advice(400, 30);
    assertTrue(large.contains("through global memory in tiles"), large);
    assertTrue(large.contains("bytes of shared memory, a block has 232,448"), large);
    assertTrue(large.endsWith("with --fast product by product, by cuBLAS"), large);
  }

  /** Without a GPU it speaks of one that is common, and says so; with one, of that. */
  @Test
  void answers_on_every_machine() {
    String text = ShapeAdvice.of(new ModelShape(ModelKind.LINEAR, 5, 2));
    assertTrue(text.startsWith("linear models of n = 5, m = 2: in the registers"), text);
  }
}
