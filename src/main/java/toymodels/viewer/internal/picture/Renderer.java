package toymodels.viewer.internal.picture;

import toymodels.viewer.Image;

/** Draws pictures: the same pictures in every way there is. */
public interface Renderer extends AutoCloseable {
  /** What draws, in words, such as {@code OpenGL on llvmpipe}. */
  String name();

  /** Draws one picture; it stays until the next. */
  void draw(Picture picture);

  /** The pixels of the last picture. */
  Image read();

  /**
   * The feature that is seen at a pixel of the last picture, as cell · features + feature, or −1.
   */
  int pick(int x, int y);

  @Override
  void close();
}
