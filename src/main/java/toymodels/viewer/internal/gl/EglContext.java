package toymodels.viewer.internal.gl;

import static org.lwjgl.egl.EGL15.*;

import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;
import org.lwjgl.PointerBuffer;
import org.lwjgl.egl.EGL;
import org.lwjgl.egl.EXTDeviceEnumeration;
import org.lwjgl.egl.EXTDeviceQuery;
import org.lwjgl.egl.EXTPlatformDevice;
import org.lwjgl.egl.NVDeviceCUDA;
import org.lwjgl.opengl.GL;
import org.lwjgl.opengl.GL41C;
import org.lwjgl.system.MemoryStack;
import toymodels.natives.Lwjgl;

/** OpenGL without any display: a context on a device of EGL. */
public final class EglContext implements GlContext {
  static {
    Lwjgl.load();
  }

  private static final int MOST_DEVICES = 32;

  private final long display;
  private final long context;
  private final String name;

  private EglContext(long display, long context, String name) {
    this.display = display;
    this.context = context;
    this.name = name;
  }

  /** Makes a context on a CUDA device if EGL has it, else on any. */
  public static EglContext openFor(int cudaDevice) {
    if (cudaDevice >= 0) {
      try {
        return open(cudaDevice);
      } catch (IllegalStateException e) {
        System.getLogger(EglContext.class.getName())
            .log(System.Logger.Level.DEBUG, "no context on the CUDA device", e);
      }
    }
    return open(-1);
  }

  /**
   * Makes a context on the first device that allows one.
   *
   * @param cudaDevice the ordinal of the CUDA device that it must be, or −1 for any
   * @throws IllegalStateException saying why there is none
   */
  public static EglContext open(int cudaDevice) {
    List<String> reasons = new ArrayList<>();
    try (MemoryStack stack = MemoryStack.stackPush()) {
      Lwjgl.loadOpenGl();
      EGL.getCapabilities();
      String client = eglQueryString(EGL_NO_DISPLAY, EGL_EXTENSIONS);
      if (client == null || !client.contains("EGL_EXT_platform_device")) {
        throw new IllegalStateException("EGL here cannot list devices");
      }
      PointerBuffer devices = stack.mallocPointer(MOST_DEVICES);
      IntBuffer count = stack.mallocInt(1);
      if (!EXTDeviceEnumeration.eglQueryDevicesEXT(devices, count)) {
        throw new IllegalStateException("EGL found no device");
      }
      for (int i = 0; i < count.get(0); i++) {
        long device = devices.get(i);
        if (cudaDevice >= 0 && cudaOrdinal(device, stack) != cudaDevice) {
          reasons.add("EGL device %d is not CUDA device %d".formatted(i, cudaDevice));
          continue;
        }
        try {
          return open(device, i);
        } catch (IllegalStateException e) {
          reasons.add("EGL device %d: %s".formatted(i, e.getMessage()));
        }
      }
    } catch (LinkageError e) {
      reasons.add("there is no libEGL here (" + e.getMessage() + ")");
    }
    throw new IllegalStateException(
        "no OpenGL without a display: "
            + (reasons.isEmpty() ? "EGL has no device" : String.join("; ", reasons))
            + ". On Debian: apt-get install libegl1 libgl1-mesa-dri");
  }

  /** The CUDA ordinal of an EGL device, or −1 if it has none. */
  private static long cudaOrdinal(long device, MemoryStack stack) {
    String extensions = EXTDeviceQuery.eglQueryDeviceStringEXT(device, EGL_EXTENSIONS);
    if (extensions == null || !extensions.contains("EGL_NV_device_cuda")) {
      return -1;
    }
    PointerBuffer ordinal = stack.mallocPointer(1);
    return EXTDeviceQuery.eglQueryDeviceAttribEXT(device, NVDeviceCUDA.EGL_CUDA_DEVICE_NV, ordinal)
        ? ordinal.get(0)
        : -1;
  }

  private static EglContext open(long device, int index) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      long display =
          eglGetPlatformDisplay(
              EXTPlatformDevice.EGL_PLATFORM_DEVICE_EXT, device, (PointerBuffer) null);
      require(display != 0, "eglGetPlatformDisplay");
      IntBuffer major = stack.mallocInt(1);
      IntBuffer minor = stack.mallocInt(1);
      require(eglInitialize(display, major, minor), "eglInitialize");
      EGL.createDisplayCapabilities(display, major.get(0), minor.get(0));
      require(eglBindAPI(EGL_OPENGL_API), "eglBindAPI");
      PointerBuffer config = stack.mallocPointer(1);
      IntBuffer configs = stack.mallocInt(1);
      require(
          eglChooseConfig(
                  display,
                  stack.ints(
                      EGL_SURFACE_TYPE,
                      EGL_PBUFFER_BIT,
                      EGL_RENDERABLE_TYPE,
                      EGL_OPENGL_BIT,
                      EGL_NONE),
                  config,
                  configs)
              && configs.get(0) > 0,
          "eglChooseConfig");
      long context =
          eglCreateContext(
              display,
              config.get(0),
              EGL_NO_CONTEXT,
              stack.ints(
                  EGL_CONTEXT_MAJOR_VERSION,
                  4,
                  EGL_CONTEXT_MINOR_VERSION,
                  1,
                  EGL_CONTEXT_OPENGL_PROFILE_MASK,
                  EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT,
                  EGL_NONE));
      require(context != EGL_NO_CONTEXT, "eglCreateContext for OpenGL 4.1");
      require(eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, context), "eglMakeCurrent");
      GL.createCapabilities();
      String renderer = GL41C.glGetString(GL41C.GL_RENDERER);
      return new EglContext(
          display, context, "EGL device %d without a display (%s)".formatted(index, renderer));
    }
  }

  private static void require(boolean done, String call) {
    if (!done) {
      throw new IllegalStateException("%s failed, 0x%x".formatted(call, eglGetError()));
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void close() {
    GL.setCapabilities(null);
    eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
    eglDestroyContext(display, context);
    // The display is not terminated: others of this process may share it.
  }
}
