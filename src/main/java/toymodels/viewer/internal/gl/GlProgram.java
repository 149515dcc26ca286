package toymodels.viewer.internal.gl;

import static org.lwjgl.opengl.GL41C.GL_COMPILE_STATUS;
import static org.lwjgl.opengl.GL41C.GL_FALSE;
import static org.lwjgl.opengl.GL41C.GL_FRAGMENT_SHADER;
import static org.lwjgl.opengl.GL41C.GL_LINK_STATUS;
import static org.lwjgl.opengl.GL41C.GL_VERTEX_SHADER;
import static org.lwjgl.opengl.GL41C.glAttachShader;
import static org.lwjgl.opengl.GL41C.glCompileShader;
import static org.lwjgl.opengl.GL41C.glCreateProgram;
import static org.lwjgl.opengl.GL41C.glCreateShader;
import static org.lwjgl.opengl.GL41C.glDeleteProgram;
import static org.lwjgl.opengl.GL41C.glDeleteShader;
import static org.lwjgl.opengl.GL41C.glGetProgramInfoLog;
import static org.lwjgl.opengl.GL41C.glGetProgrami;
import static org.lwjgl.opengl.GL41C.glGetShaderInfoLog;
import static org.lwjgl.opengl.GL41C.glGetShaderi;
import static org.lwjgl.opengl.GL41C.glGetUniformLocation;
import static org.lwjgl.opengl.GL41C.glLinkProgram;
import static org.lwjgl.opengl.GL41C.glShaderSource;
import static org.lwjgl.opengl.GL41C.glUniform1f;
import static org.lwjgl.opengl.GL41C.glUniform1i;
import static org.lwjgl.opengl.GL41C.glUniform2f;
import static org.lwjgl.opengl.GL41C.glUniformMatrix4fv;
import static org.lwjgl.opengl.GL41C.glUseProgram;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.joml.Matrix4f;
import toymodels.natives.Lwjgl;

/** A vertex and a fragment shader of {@code shaders/}, compiled and linked. */
final class GlProgram implements AutoCloseable {
  static {
    Lwjgl.load();
  }

  private final int program;
  private final Map<String, Integer> locations = new HashMap<>();

  /**
   * @param defines names defined in the fragment shader
   * @throws IllegalStateException with the file and the compiler's words, if it does not compile
   */
  GlProgram(String vertexFile, String fragmentFile, String... defines) {
    int vertex = compile(GL_VERTEX_SHADER, vertexFile);
    int fragment = compile(GL_FRAGMENT_SHADER, fragmentFile, defines);
    program = glCreateProgram();
    glAttachShader(program, vertex);
    glAttachShader(program, fragment);
    glLinkProgram(program);
    glDeleteShader(vertex);
    glDeleteShader(fragment);
    if (glGetProgrami(program, GL_LINK_STATUS) == GL_FALSE) {
      throw new IllegalStateException(
          "linking shaders/%s and shaders/%s: %s"
              .formatted(vertexFile, fragmentFile, glGetProgramInfoLog(program)));
    }
  }

  /** Compiles one file; its includes are put in its place. */
  static int compile(int kind, String file, String... defines) {
    StringBuilder source = new StringBuilder(source(file));
    for (String define : defines) {
      source.insert(source.indexOf("\n") + 1, "#define " + define + "\n");
    }
    int shader = glCreateShader(kind);
    glShaderSource(shader, source);
    glCompileShader(shader);
    if (glGetShaderi(shader, GL_COMPILE_STATUS) == GL_FALSE) {
      throw new IllegalStateException(
          "compiling shaders/%s: %s".formatted(file, glGetShaderInfoLog(shader)));
    }
    return shader;
  }

  private static String source(String file) {
    try (InputStream in = GlProgram.class.getResourceAsStream("/shaders/" + file)) {
      if (in == null) {
        throw new IllegalStateException("there is no shaders/" + file);
      }
      StringBuilder all = new StringBuilder();
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        all.append(line.startsWith("#include") ? source(line.split("\"")[1]) : line).append('\n');
      }
      return all.toString();
    } catch (IOException e) {
      throw new UncheckedIOException("reading shaders/" + file, e);
    }
  }

  GlProgram use() {
    glUseProgram(program);
    return this;
  }

  private int location(String name) {
    return locations.computeIfAbsent(name, n -> glGetUniformLocation(program, n));
  }

  GlProgram set(String name, int value) {
    glUniform1i(location(name), value);
    return this;
  }

  GlProgram set(String name, float value) {
    glUniform1f(location(name), value);
    return this;
  }

  GlProgram set(String name, float x, float y) {
    glUniform2f(location(name), x, y);
    return this;
  }

  GlProgram set(String name, Matrix4f matrix) {
    glUniformMatrix4fv(location(name), false, matrix.get(new float[16]));
    return this;
  }

  @Override
  public void close() {
    glDeleteProgram(program);
  }
}
