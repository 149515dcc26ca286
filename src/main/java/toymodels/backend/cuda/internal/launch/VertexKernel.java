package toymodels.backend.cuda.internal.launch;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import toymodels.backend.cuda.GpuException;
import toymodels.backend.cuda.internal.driver.DeviceMemory;
import toymodels.backend.cuda.internal.driver.GlBuffer;
import toymodels.backend.cuda.internal.driver.Gpu;
import toymodels.backend.cuda.internal.driver.GpuResource;
import toymodels.backend.cuda.internal.driver.GpuStream;
import toymodels.backend.cuda.internal.driver.Kernel;
import toymodels.backend.cuda.internal.driver.KernelArgument;
import toymodels.backend.cuda.internal.driver.Staging;
import toymodels.model.ModelShape;

/**
 * Makes what is drawn of weights on a GPU: {@code kernels/project.cu}, for one thread that has the
 * context of OpenGL. Works in a stream of its own, beside training.
 */
public final class VertexKernel implements AutoCloseable {
  /** Floats of one feature: x, y, z, norm, red, green, blue, 1. */
  private static final int FLOATS = 8;

  private static final int THREADS = 256;
  private static final int POINTERS = 5;
  private static final int BYTES = POINTERS * 8 + 6 * 4 + 2 * 4 + 2 * 8;
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private final Gpu gpu;
  private final ModelShape shape;
  private final int models;
  private final List<Runnable> opened = new ArrayList<>();
  private final GpuStream stream;
  private final Staging staging;
  private final Kernel kernel;
  private final KernelArgument argument;
  private final Table rows;
  private final Table entries;
  private final Table table;

  /**
   * How vertices are made.
   *
   * @param count projections: 1 for all models, or one a model
   * @param rows (count, 4, hidden)
   * @param eye distance of the eye in four dimensions; 0 for none
   * @param hollow features of a smaller norm are not represented
   * @param colour 0 as {@code entries} say; else computed: 1 dimensionality, 2 interference, 3 bias
   * @param entries (models, features), or empty
   * @param low the number at the table's first entry
   * @param high the number at the table's last entry
   * @param table (256, 3)
   */
  public record Rule(
      int count,
      float[] rows,
      float eye,
      float hollow,
      int colour,
      byte[] entries,
      double low,
      double high,
      float[] table) {}

  /** A table on the device that is copied there when it has changed. */
  private final class Table {
    private final DeviceMemory memory;
    private Object content;

    Table(String name, long bytes) {
      memory = own(new DeviceMemory(gpu, name, bytes));
    }

    long of(float[] values) {
      return of(
          values,
          (long) values.length * Float.BYTES,
          (offset, piece) ->
              piece
                  .asFloatBuffer()
                  .put(values, (int) (offset / Float.BYTES), piece.remaining() / Float.BYTES));
    }

    long of(byte[] values) {
      return of(
          values,
          values.length,
          (offset, piece) -> piece.put(values, (int) offset, piece.remaining()));
    }

    private long of(Object values, long bytes, Staging.Part fill) {
      if (content != values) {
        content = null;
        staging.upload(memory, bytes, fill);
        content = values;
      }
      return memory.address();
    }
  }

  /**
   * Loads the kernel.
   *
   * @param models how many there are
   * @throws GpuException.Unavailable if the build could not make the kernel
   */
  public VertexKernel(Gpu gpu, ModelShape shape, int models) {
    this.gpu = gpu;
    this.shape = shape;
    this.models = models;
    try {
      stream = own(new GpuStream(gpu));
      kernel = gpu.module("project").kernel("project");
      argument = new KernelArgument(gpu, BYTES);
      opened.add(argument::close);
      staging = new Staging(gpu, stream, LONGEST, 16L * models * shape.hidden());
      opened.add(staging::close);
      rows = new Table("projections", 16L * models * shape.hidden());
      entries = new Table("colours", (long) models * shape.features());
      table = new Table("colour table", 256 * 3 * 4);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private <T extends GpuResource> T own(T resource) {
    opened.add(resource::close);
    return resource;
  }

  /** Fills a buffer of OpenGL from a copy of the weights. */
  public void write(WeightCopies.Held weights, Rule rule, GlBuffer target) {
    gpu.makeCurrent();
    ByteBuffer to = argument.value().rewind();
    long address = target.map(stream);
    try {
      to.putLong(weights.memory().address())
          .putLong(rows.of(rule.rows()))
          .putLong(entries.of(rule.entries()))
          .putLong(table.of(rule.table()))
          .putLong(address)
          .putInt(models)
          .putInt(shape.features())
          .putInt(shape.hidden())
          .putInt((int) shape.parameters())
          .putInt(rule.count())
          .putInt(rule.colour())
          .putFloat(rule.eye())
          .putFloat(rule.hollow())
          .putDouble(rule.low())
          .putDouble(rule.high());
      long vertices = (long) models * shape.features();
      kernel.launch(Kernel.Grid.over(vertices, THREADS), stream, argument);
      // The copy of the weights may be written again after this.
      stream.await(LONGEST);
    } finally {
      target.unmap(stream);
    }
  }

  /** Bytes of the vertices of all models. */
  public long bytes() {
    return (long) models * shape.features() * FLOATS * Float.BYTES;
  }

  @Override
  public void close() {
    for (int i = opened.size() - 1; i >= 0; i--) {
      opened.get(i).run();
    }
    opened.clear();
  }
}
