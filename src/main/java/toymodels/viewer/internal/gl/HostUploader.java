package toymodels.viewer.internal.gl;

import static org.lwjgl.opengl.GL41C.GL_TEXTURE_BUFFER;
import static org.lwjgl.opengl.GL41C.glBindBuffer;
import static org.lwjgl.opengl.GL41C.glBufferSubData;

import toymodels.natives.Lwjgl;
import toymodels.viewer.internal.scene.Projected;

/** Copies vertices from the host. */
public final class HostUploader implements VertexUploader {
  static {
    Lwjgl.load();
  }

  private final String why;
  private int buffer;

  public HostUploader(String why) {
    this.why = why;
  }

  @Override
  public String name() {
    return "vertices copied from the host" + (why.isEmpty() ? "" : ": " + why);
  }

  @Override
  public void attach(int name, long bytes) {
    buffer = name;
  }

  @Override
  public void fill(Projected projected) {
    glBindBuffer(GL_TEXTURE_BUFFER, buffer);
    glBufferSubData(GL_TEXTURE_BUFFER, 0, projected.vertices());
  }

  @Override
  public void close() {
    // The renderer owns the buffer.
  }
}
