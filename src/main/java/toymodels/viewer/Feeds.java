package toymodels.viewer;

/** Chooses how vertices come into OpenGL, once there is a context to draw with. */
public interface Feeds {
  /** From the host, since no device has them. */
  Feeds FROM_HOST =
      new Feeds() {
        @Override
        public int cudaDevice() {
          return -1;
        }

        @Override
        public VertexFeed open() {
          return VertexFeed.fromHost("");
        }
      };

  /** The CUDA ordinal of the device that OpenGL had best draw with, or −1 for any. */
  int cudaDevice();

  /**
   * A feed for the OpenGL context that is current on this thread: the best that works with it,
   * whose name says why it was chosen. May be called again when a context was lost.
   */
  VertexFeed open();

  /**
   * Gives back what feeds hold on a device, when the thread that drew has gone without closing
   * them. OpenGL's part is left to the end of the process.
   */
  default void abandon() {}
}
