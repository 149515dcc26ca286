package toymodels.viewer.internal.gl;

import static org.lwjgl.opengl.GL41C.GL_RGBA32F;
import static org.lwjgl.opengl.GL41C.GL_STREAM_DRAW;
import static org.lwjgl.opengl.GL41C.GL_TEXTURE0;
import static org.lwjgl.opengl.GL41C.GL_TEXTURE_BUFFER;
import static org.lwjgl.opengl.GL41C.glActiveTexture;
import static org.lwjgl.opengl.GL41C.glBindBuffer;
import static org.lwjgl.opengl.GL41C.glBindTexture;
import static org.lwjgl.opengl.GL41C.glBufferData;
import static org.lwjgl.opengl.GL41C.glDeleteBuffers;
import static org.lwjgl.opengl.GL41C.glDeleteTextures;
import static org.lwjgl.opengl.GL41C.glGenBuffers;
import static org.lwjgl.opengl.GL41C.glGenTextures;
import static org.lwjgl.opengl.GL41C.glTexBuffer;

import toymodels.natives.Lwjgl;

/** Floats in a buffer that shaders read four at a time by index. */
final class GlTexels implements AutoCloseable {
  static {
    Lwjgl.load();
  }

  private int buffer = glGenBuffers();
  private final int texture = glGenTextures();
  private long bytes;

  /** Replaces everything. */
  void upload(float[] values) {
    glBindBuffer(GL_TEXTURE_BUFFER, buffer);
    glBufferData(GL_TEXTURE_BUFFER, values, GL_STREAM_DRAW);
    bytes = 4L * values.length;
  }

  /**
   * Makes room, in a new buffer if the size has changed.
   *
   * @return whether the buffer is new
   */
  boolean reserve(long size) {
    if (bytes == size) {
      return false;
    }
    buffer = glGenBuffers();
    glBindBuffer(GL_TEXTURE_BUFFER, buffer);
    glBufferData(GL_TEXTURE_BUFFER, size, GL_STREAM_DRAW);
    bytes = size;
    return true;
  }

  int buffer() {
    return buffer;
  }

  void delete(int other) {
    glDeleteBuffers(other);
  }

  /** Makes it readable at a texture unit. */
  void bind(int unit) {
    glActiveTexture(GL_TEXTURE0 + unit);
    glBindTexture(GL_TEXTURE_BUFFER, texture);
    glTexBuffer(GL_TEXTURE_BUFFER, GL_RGBA32F, buffer);
  }

  @Override
  public void close() {
    glDeleteTextures(texture);
    glDeleteBuffers(buffer);
  }
}
