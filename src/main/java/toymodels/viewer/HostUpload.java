package toymodels.viewer;

import static org.lwjgl.opengl.GL41C.GL_TEXTURE_BUFFER;
import static org.lwjgl.opengl.GL41C.glBindBuffer;
import static org.lwjgl.opengl.GL41C.glBufferSubData;

/** Copies vertices from the host. */
final class HostUpload implements VertexFeed {
  private int buffer;

  @Override
  public String name() {
    return "host upload";
  }

  @Override
  public void attach(int name, long bytes) {
    buffer = name;
  }

  @Override
  public void fill(float[] vertices) {
    glBindBuffer(GL_TEXTURE_BUFFER, buffer);
    glBufferSubData(GL_TEXTURE_BUFFER, 0, vertices);
  }

  @Override
  public void close() {
    // The renderer owns the buffer.
  }
}
