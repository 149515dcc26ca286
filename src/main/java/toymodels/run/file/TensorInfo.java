package toymodels.run.file;

/**
 * What a safetensors header says of one array.
 *
 * @param name its name
 * @param dtype the type of its numbers
 * @param shape its sizes, outermost first
 * @param begin its first byte in the data section
 * @param end the byte after its last
 */
public record TensorInfo(String name, DType dtype, long[] shape, long begin, long end) {
  /** How many numbers it has. */
  public long count() {
    return (end - begin) / dtype.bytes();
  }
}
