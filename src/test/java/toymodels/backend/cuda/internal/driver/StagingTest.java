package toymodels.backend.cuda.internal.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import toymodels.backend.cuda.DriverEmulator;
import toymodels.backend.cuda.DriverEmulator.Knob;
import toymodels.backend.cuda.PlantedBugsTest;
import toymodels.backend.cuda.internal.launch.PackedModels;
import toymodels.model.ModelBatch;
import toymodels.model.ModelKind;
import toymodels.model.ModelShape;

/** Copies of any size arrive whole, whenever the driver carries them out. */
@ExtendWith(DriverEmulator.class)
class StagingTest {
  /** Of one piece, if so much is asked for. */
  private static final int PIECE = 1 << 10;

  @BeforeEach
  void reset() {
    DriverEmulator.reset();
  }

  private static byte[] roundTrip(Gpu gpu, byte[] bytes, List<Long> offsets) {
    byte[] back = new byte[bytes.length];
    try (GpuStream stream = new GpuStream(gpu);
        Staging staging = new Staging(gpu, stream, PlantedBugsTest.LIMIT, PIECE);
        DeviceMemory first = new DeviceMemory(gpu, "first", bytes.length);
        DeviceMemory second = new DeviceMemory(gpu, "second", bytes.length)) {
      staging.upload(
          first,
          bytes.length,
          (offset, piece) -> piece.put(bytes, (int) offset, piece.remaining()));
      first.copyTo(second, stream);
      // What was staged may change now.
      staging.upload(first, bytes.length, (offset, piece) -> piece.put(new byte[piece.capacity()]));
      staging.download(
          second,
          bytes.length,
          (offset, piece) -> {
            offsets.add(offset);
            piece.get(back, (int) offset, piece.remaining());
          });
      // Closed with a copy in the queue.
      staging.upload(first, 1, (offset, piece) -> piece.put((byte) 1));
    }
    return back;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 5, 7 * PIECE + 3})
  void any_size_arrives_whole(int size) {
    byte[] bytes = new byte[size];
    new SplittableRandom(size).nextBytes(bytes);
    int modes = DriverEmulator.realGpu() ? 1 : 3;
    for (int mode = 0; mode < modes; mode++) {
      if (!DriverEmulator.realGpu()) {
        DriverEmulator.set(Knob.MODE, mode);
        DriverEmulator.set(Knob.SCHEDULE, mode + size);
      }
      try (Gpu gpu = Gpu.open(0)) {
        List<Long> offsets = new ArrayList<>();
        assertArrayEquals(bytes, roundTrip(gpu, bytes, offsets));
        assertEquals((size + PIECE - 1) / PIECE, offsets.size());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void models_are_packed_and_unpacked_in_pieces_of_any_size(boolean tied) {
    ModelKind kind = tied ? ModelKind.RELU_OUTPUT : ModelKind.ABSOLUTE_VALUE;
    ModelShape shape = new ModelShape(kind, 5, 3);
    int count = 40;
    ModelBatch models = new ModelBatch(shape, count);
    ModelBatch copy = new ModelBatch(shape, count);
    SplittableRandom random = new SplittableRandom(1);
    for (float[] array : List.of(models.encoder(), models.decoder(), models.biases())) {
      for (int i = 0; i < array.length; i++) {
        array[i] = (float) random.nextDouble();
      }
    }
    try (Gpu gpu = Gpu.open(0);
        GpuStream stream = new GpuStream(gpu);
        Staging staging = new Staging(gpu, stream, PlantedBugsTest.LIMIT, 256);
        DeviceMemory memory = new DeviceMemory(gpu, "models", shape.parameters() * count * 4)) {
      PackedModels from = new PackedModels(models, 3);
      PackedModels to = new PackedModels(copy, 3);
      staging.upload(memory, from.bytes(count - 3), from::read);
      staging.download(memory, to.bytes(count - 3), to::write);
    }
    int w = shape.weights();
    for (int k = 0; k < count * w; k++) {
      assertEquals(k < 3 * w ? 0 : models.encoder()[k], copy.encoder()[k]);
      assertEquals(k < 3 * w ? 0 : models.decoder()[k], copy.decoder()[k]);
    }
    for (int i = 0; i < count * 5; i++) {
      assertEquals(i < 15 ? 0 : models.biases()[i], copy.biases()[i]);
    }
  }

  /** A pause is a small part of what was waited for: a launch ends at most so much later. */
  @Test
  void waiting_is_lost_by_three_hundredths_at_most() {
    for (long waited = 0; waited < 10_000_000_000L; waited = 2 * waited + 1000) {
      long pause = Polling.pauseNanos(waited);
      assertTrue(pause * 32 <= waited && pause <= 1_000_000, waited + ": " + pause);
    }
    assertEquals(0, Polling.pauseNanos(1_000_000), "a launch of a millisecond is spun for");
  }
}
