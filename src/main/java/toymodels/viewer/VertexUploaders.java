package toymodels.viewer;

import toymodels.viewer.internal.gl.VertexUploader;

/** Chooses how vertices come into OpenGL, once there is a context to draw with. */
public interface VertexUploaders {
  /** From the host, since no device has them. */
  VertexUploaders FROM_HOST =
      new VertexUploaders() {
        @Override
        public int cudaDevice() {
          return -1;
        }

        @Override
        public VertexUploader open() {
          return VertexUploader.fromHost("");
        }
      };

  /** The CUDA ordinal of the device that OpenGL had best draw with, or −1 for any. */
  int cudaDevice();

  /**
   * A feed for the OpenGL context that is current on this thread: the best that works with it,
   * whose name says why it was chosen. May be called again when a context was lost.
   */
  VertexUploader open();

  /**
   * Gives back what feeds hold on a device, when the thread that drew has gone without closing
   * them. OpenGL's part is left to the end of the process.
   */
  default void abandon() {}
}
