package toymodels.backend.cuda.internal.driver;

/**
 * One product of matrices for every model: result = left · right, each model's matrices one stride
 * after those of the model before. Matrices lie column by column, as cuBLAS has them.
 *
 * @param left (rows of the result, terms)
 * @param right (terms, columns of the result)
 * @param models how many products
 */
public record Product(Matrix left, Matrix right, Matrix result, int models) implements StreamWork {
  /** Which allocation a matrix lies in. */
  public enum Place {
    WEIGHTS,
    SCRATCH
  }

  /**
   * A matrix of every model: element (i, j) lies at {@code offset + i + j · leading} floats of its
   * model's part, or with i and j exchanged where it is read transposed.
   *
   * @param offset of its first element, in floats, in the first model's part
   * @param stride floats from one model's part to the next
   * @param rows as it is read
   * @param columns as it is read
   * @param leading floats from one column in memory to the next
   */
  public record Matrix(
      Place place,
      long offset,
      long stride,
      int rows,
      int columns,
      int leading,
      boolean transposed) {
    public static Matrix of(
        Place place, long offset, long stride, int rows, int columns, int leading) {
      return new Matrix(place, offset, stride, rows, columns, leading, false);
    }

    /** The same numbers, read with rows and columns exchanged. */
    public Matrix transpose() {
      return new Matrix(place, offset, stride, columns, rows, leading, !transposed);
    }
  }

  /**
   * @throws IllegalArgumentException if the sizes do not match, or the result is transposed
   */
  public Product {
    if (left.rows() != result.rows()
        || right.columns() != result.columns()
        || left.columns() != right.rows()
        || result.transposed()) {
      throw new IllegalArgumentException(
          "(%d, %d) times (%d, %d) is no %s (%d, %d)"
              .formatted(
                  left.rows(),
                  left.columns(),
                  right.rows(),
                  right.columns(),
                  result.transposed() ? "transposed" : "matrix",
                  result.rows(),
                  result.columns()));
    }
  }

  /** Terms of each sum. */
  public int terms() {
    return left.columns();
  }

  @Override
  public String toString() {
    return "(%d, %d) times (%d, %d) for %d models"
        .formatted(left.rows(), left.columns(), right.rows(), right.columns(), models);
  }
}
