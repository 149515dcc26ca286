package toymodels.viewer.internal.gl;

import static org.lwjgl.opengl.GL41C.*;

import java.nio.ByteBuffer;
import org.lwjgl.system.MemoryUtil;
import toymodels.natives.Lwjgl;
import toymodels.viewer.Image;

/**
 * What is drawn to: four samples a pixel with depth, resolved to one; and, when picking, one number
 * a pixel.
 */
public final class GlCanvas implements AutoCloseable {
  static {
    Lwjgl.load();
  }

  private static final int SAMPLES = 4;

  final int width;
  final int height;
  private final int sampled = glGenFramebuffers();
  private final int resolved = glGenFramebuffers();
  private final int picked = glGenFramebuffers();
  private final int[] storage = new int[5];

  GlCanvas(int width, int height) {
    this.width = width;
    this.height = height;
    glGenRenderbuffers(storage);
    int samples = Math.min(SAMPLES, glGetInteger(GL_MAX_SAMPLES));
    glBindFramebuffer(GL_FRAMEBUFFER, sampled);
    attach(0, GL_COLOR_ATTACHMENT0, GL_RGBA8, samples);
    attach(1, GL_DEPTH_ATTACHMENT, GL_DEPTH_COMPONENT24, samples);
    glBindFramebuffer(GL_FRAMEBUFFER, resolved);
    attach(2, GL_COLOR_ATTACHMENT0, GL_RGBA8, 0);
    glBindFramebuffer(GL_FRAMEBUFFER, picked);
    attach(3, GL_COLOR_ATTACHMENT0, GL_R32UI, 0);
    attach(4, GL_DEPTH_ATTACHMENT, GL_DEPTH_COMPONENT24, 0);
  }

  private void attach(int index, int attachment, int format, int samples) {
    glBindRenderbuffer(GL_RENDERBUFFER, storage[index]);
    glRenderbufferStorageMultisample(GL_RENDERBUFFER, samples, format, width, height);
    glFramebufferRenderbuffer(GL_FRAMEBUFFER, attachment, GL_RENDERBUFFER, storage[index]);
    boolean last = attachment == GL_DEPTH_ATTACHMENT || index == 2;
    int status = glCheckFramebufferStatus(GL_FRAMEBUFFER);
    if (last && status != GL_FRAMEBUFFER_COMPLETE) {
      throw new IllegalStateException(
          "OpenGL cannot draw %d x %d pixels with %d samples: status 0x%x"
              .formatted(width, height, samples, status));
    }
  }

  /** Draws to many samples from now on, over the background. */
  void begin(int background) {
    glBindFramebuffer(GL_FRAMEBUFFER, sampled);
    glViewport(0, 0, width, height);
    glDepthMask(true);
    glClearColor(
        (background >> 16 & 255) / 255f,
        (background >> 8 & 255) / 255f,
        (background & 255) / 255f,
        1);
    glClear(GL_COLOR_BUFFER_BIT | GL_DEPTH_BUFFER_BIT);
  }

  /** Averages the samples; draws to single pixels from now on. */
  void resolve() {
    glBindFramebuffer(GL_READ_FRAMEBUFFER, sampled);
    glBindFramebuffer(GL_DRAW_FRAMEBUFFER, resolved);
    glBlitFramebuffer(0, 0, width, height, 0, 0, width, height, GL_COLOR_BUFFER_BIT, GL_NEAREST);
    bindResolved();
  }

  public void bindResolved() {
    glBindFramebuffer(GL_FRAMEBUFFER, resolved);
    glViewport(0, 0, width, height);
  }

  /** Copies the picture to the window. */
  void present() {
    glBindFramebuffer(GL_READ_FRAMEBUFFER, resolved);
    glBindFramebuffer(GL_DRAW_FRAMEBUFFER, 0);
    glBlitFramebuffer(0, 0, width, height, 0, 0, width, height, GL_COLOR_BUFFER_BIT, GL_NEAREST);
    glBindFramebuffer(GL_FRAMEBUFFER, 0);
  }

  Image read() {
    glBindFramebuffer(GL_READ_FRAMEBUFFER, resolved);
    ByteBuffer pixels = MemoryUtil.memAlloc(4 * width * height);
    try {
      glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE, pixels);
      byte[] rgba = new byte[4 * width * height];
      for (int y = 0; y < height; y++) {
        pixels.get(4 * width * (height - 1 - y), rgba, 4 * width * y, 4 * width);
      }
      return new Image(width, height, rgba);
    } finally {
      MemoryUtil.memFree(pixels);
    }
  }

  /** Draws numbers from now on, at one pixel only. */
  void beginPicking(int x, int y) {
    glBindFramebuffer(GL_FRAMEBUFFER, picked);
    glViewport(0, 0, width, height);
    glEnable(GL_SCISSOR_TEST);
    glScissor(x, height - 1 - y, 1, 1);
    glClearBufferuiv(GL_COLOR, 0, new int[4]);
    glClear(GL_DEPTH_BUFFER_BIT);
  }

  /** The number at that pixel. */
  int endPicking(int x, int y) {
    int[] number = new int[1];
    glReadPixels(x, height - 1 - y, 1, 1, GL_RED_INTEGER, GL_UNSIGNED_INT, number);
    glDisable(GL_SCISSOR_TEST);
    return number[0];
  }

  @Override
  public void close() {
    glDeleteFramebuffers(new int[] {sampled, resolved, picked});
    glDeleteRenderbuffers(storage);
  }
}
