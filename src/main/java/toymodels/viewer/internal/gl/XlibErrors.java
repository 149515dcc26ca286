package toymodels.viewer.internal.gl;

import java.util.concurrent.locks.LockSupport;
import org.lwjgl.stb.STBIEOFCallback;
import org.lwjgl.system.JNI;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.system.linux.DynamicLinkLoader;
import toymodels.natives.Lwjgl;

/**
 * What Xlib does when the X server is gone or refuses a request. By itself it ends the process,
 * training and all: here the thread that has met the error sleeps for ever in place of that, since
 * Xlib may not be used any more, and who waits for the window is told.
 */
public final class XlibErrors {
  static {
    Lwjgl.load();
  }

  private static final String XLIB = "libX11.so.6";
  private static boolean installed;
  private static volatile Runnable lost = () -> {};

  /** Kept for ever: Xlib has their addresses. Both are called as {@code int f(Display*, ...)}. */
  private static STBIEOFCallback onConnectionError;

  private static STBIEOFCallback onRequestError;

  private XlibErrors() {}

  /** Who is told when the connection is lost, on the thread that then sleeps. */
  public static void tell(Runnable listener) {
    lost = listener;
  }

  /** Takes Xlib's errors, where there is an Xlib; called before the first window. */
  static synchronized void install() {
    if (installed || !Lwjgl.onLinux()) {
      return;
    }
    installed = true;
    long xlib = DynamicLinkLoader.dlopen(XLIB, DynamicLinkLoader.RTLD_LAZY);
    if (xlib == MemoryUtil.NULL) {
      return;
    }
    onConnectionError = STBIEOFCallback.create(display -> sleep());
    // Answers to requests come late, such as for a window that another program has closed.
    onRequestError = STBIEOFCallback.create(display -> 0);
    set(xlib, "XSetIOErrorHandler", onConnectionError);
    set(xlib, "XSetErrorHandler", onRequestError);
  }

  private static void set(long xlib, String setter, STBIEOFCallback handler) {
    long function = DynamicLinkLoader.dlsym(xlib, setter);
    if (function != MemoryUtil.NULL) {
      JNI.invokePP(handler.address(), function);
    }
  }

  private static int sleep() {
    lost.run();
    while (true) {
      LockSupport.park();
    }
  }
}
