package toymodels.viewer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Locale;
import org.joml.Matrix4f;
import org.joml.Quaterniond;
import org.joml.Quaternionf;
import org.joml.Vector3d;

/**
 * Where one looks from: an orbit around a target.
 *
 * <p>Angles are made with {@link StrictMath}, so that a camera gives the same picture everywhere.
 *
 * @param x target
 * @param y target
 * @param z target
 * @param qx orientation, a unit quaternion from world to eye
 * @param qy orientation
 * @param qz orientation
 * @param qw orientation
 * @param distance from eye to target, above 0
 * @param orthographic parallel projection, with the same size at the target
 */
public record Camera(
    double x,
    double y,
    double z,
    double qx,
    double qy,
    double qz,
    double qw,
    double distance,
    boolean orthographic) {
  /** Half of the vertical angle of view, in radians. */
  private static final double HALF_ANGLE = StrictMath.toRadians(15);

  private static final double MIN_DISTANCE = 1e-3;
  private static final double MAX_DISTANCE = 1e6;

  /**
   * @throws IllegalArgumentException if a number is not finite, the orientation is zero or the
   *     distance out of range
   */
  public Camera {
    double length = Math.sqrt(qx * qx + qy * qy + qz * qz + qw * qw);
    if (!Double.isFinite(x + y + z + length) || length < 1e-6) {
      throw new IllegalArgumentException("a camera needs finite numbers and an orientation");
    }
    if (!(distance >= MIN_DISTANCE && distance <= MAX_DISTANCE)) {
      throw new IllegalArgumentException(
          "distance of a camera = %s, allowed is %s to %s"
              .formatted(distance, MIN_DISTANCE, MAX_DISTANCE));
    }
    if (Math.abs(length - 1) > 1e-12) {
      qx /= length;
      qy /= length;
      qz /= length;
      qw /= length;
    }
  }

  /** Looks at the plane of the first two axes, with a circle of the radius well inside. */
  public static Camera front(double radius) {
    return new Camera(0, 0, 0, 0, 0, 0, 1, reach(radius), true);
  }

  /** Looks from above and the side, for three dimensions. */
  public static Camera oblique(double radius) {
    return new Camera(0, 0, 0, 0, 0, 0, 1, reach(radius), false)
        .turned(axis(0, 1, 0, StrictMath.toRadians(-32)))
        .turned(axis(1, 0, 0, StrictMath.toRadians(22)));
  }

  private static double reach(double radius) {
    return 1.3 * radius / StrictMath.tan(HALF_ANGLE);
  }

  /** The same orientation and kind, with a sphere of the radius about the origin well inside. */
  public Camera framing(double radius) {
    return new Camera(0, 0, 0, qx, qy, qz, qw, reach(radius), orthographic);
  }

  /** Half of the height that is seen at the target. */
  public double halfHeight() {
    return distance * StrictMath.tan(HALF_ANGLE);
  }

  private static Quaterniond axis(double x, double y, double z, double angle) {
    double s = StrictMath.sin(angle / 2);
    return new Quaterniond(x * s, y * s, z * s, StrictMath.cos(angle / 2));
  }

  private Quaterniond orientation() {
    return new Quaterniond(qx, qy, qz, qw);
  }

  private Camera turned(Quaterniond eyeRotation) {
    Quaterniond q = eyeRotation.mul(orientation(), new Quaterniond());
    return new Camera(x, y, z, q.x, q.y, q.z, q.w, distance, orthographic);
  }

  /** Turns about the eye's own axes: half a screen is 90 degrees. */
  public Camera orbit(double dx, double dy) {
    double quarter = StrictMath.PI / 2;
    return turned(axis(0, 1, 0, dx * quarter)).turned(axis(1, 0, 0, dy * quarter));
  }

  /** Moves the target across the view; 1 is half the height of the picture. */
  public Camera pan(double dx, double dy) {
    Vector3d move =
        orientation().conjugate().transform(new Vector3d(-dx, -dy, 0)).mul(halfHeight());
    return new Camera(x + move.x, y + move.y, z + move.z, qx, qy, qz, qw, distance, orthographic);
  }

  /** Multiplies the distance. */
  public Camera zoom(double factor) {
    double d = Math.max(MIN_DISTANCE, Math.min(MAX_DISTANCE, distance * factor));
    return new Camera(x, y, z, qx, qy, qz, qw, d, orthographic);
  }

  public Camera withOrthographic(boolean value) {
    return new Camera(x, y, z, qx, qy, qz, qw, distance, value);
  }

  public Camera withTarget(double tx, double ty, double tz) {
    return new Camera(tx, ty, tz, qx, qy, qz, qw, distance, orthographic);
  }

  /** Looks along an axis from its positive end: 0 for x, 1 for y, 2 for z. */
  public Camera along(int axis) {
    double right = StrictMath.PI / 2;
    Camera front = new Camera(x, y, z, 0, 0, 0, 1, distance, orthographic);
    return switch (axis) {
      case 0 -> front.turned(axis(0, 1, 0, -right));
      case 1 -> front.turned(axis(1, 0, 0, right));
      default -> front;
    };
  }

  /**
   * Part of the way to another camera, t in [0, 1]: the shorter turn, distance in its logarithm.
   */
  public Camera towards(Camera other, double t) {
    Quaterniond a = orientation();
    Quaterniond b = other.orientation();
    if (a.dot(b) < 0) {
      b = new Quaterniond(-b.x, -b.y, -b.z, -b.w);
    }
    double u = t * t * (3 - 2 * t);
    return new Camera(
        x + (other.x - x) * u,
        y + (other.y - y) * u,
        z + (other.z - z) * u,
        a.x + (b.x - a.x) * u,
        a.y + (b.y - a.y) * u,
        a.z + (b.z - a.z) * u,
        a.w + (b.w - a.w) * u,
        distance * StrictMath.pow(other.distance / distance, u),
        t < 1 ? orthographic : other.orthographic);
  }

  /** World to eye; the eye looks along −z. */
  public Matrix4f view() {
    return new Matrix4f()
        .translate(0, 0, (float) -distance)
        .rotate(new Quaternionf(qx, qy, qz, qw))
        .translate((float) -x, (float) -y, (float) -z);
  }

  /** Eye to clip space, for a picture of the given width over height. */
  public Matrix4f projection(float aspect) {
    double h = halfHeight();
    double near = distance * 0.05;
    double far = distance * 3 + 10;
    Matrix4f m = new Matrix4f().zero();
    if (orthographic) {
      m.m00((float) (1 / (h * aspect)));
      m.m11((float) (1 / h));
      m.m22((float) (2 / (near - far)));
      m.m32((float) ((far + near) / (near - far)));
      m.m33(1);
    } else {
      double f = distance / h;
      m.m00((float) (f / aspect));
      m.m11((float) f);
      m.m22((float) ((far + near) / (near - far)));
      m.m23(-1);
      m.m32((float) (2 * far * near / (near - far)));
    }
    return m;
  }

  /** One line that {@link #parse} reads back to the same bits. */
  public String toJson() {
    return String.format(
        Locale.ROOT,
        "{\"camera\":\"toymodels-1\",\"target\":[%s,%s,%s],\"orientation\":[%s,%s,%s,%s],"
            + "\"distance\":%s,\"orthographic\":%s}",
        x,
        y,
        z,
        qx,
        qy,
        qz,
        qw,
        distance,
        orthographic);
  }

  /**
   * Reads what {@link #toJson} wrote.
   *
   * @throws IllegalArgumentException if it is not a camera
   */
  public static Camera parse(String json) {
    if (json.length() > 10_000) {
      throw notACamera("it is " + json.length() + " characters long", null);
    }
    try {
      JsonNode node = new ObjectMapper().readTree(json);
      if (node == null || !node.path("camera").asText().equals("toymodels-1")) {
        throw notACamera("\"camera\":\"toymodels-1\" is missing", null);
      }
      double[] t = numbers(node, "target", 3);
      double[] q = numbers(node, "orientation", 4);
      JsonNode distance = node.path("distance");
      if (!distance.isNumber()) {
        throw notACamera("distance is not a number", null);
      }
      return new Camera(
          t[0],
          t[1],
          t[2],
          q[0],
          q[1],
          q[2],
          q[3],
          distance.asDouble(),
          node.path("orthographic").asBoolean());
    } catch (JsonProcessingException | StackOverflowError e) {
      throw notACamera("it is not JSON", e);
    }
  }

  private static double[] numbers(JsonNode node, String name, int count) {
    JsonNode array = node.path(name);
    if (!array.isArray() || array.size() != count) {
      throw notACamera("%s is not an array of %d numbers".formatted(name, count), null);
    }
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      if (!array.get(i).isNumber()) {
        throw notACamera("%s[%d] is not a number".formatted(name, i), null);
      }
      values[i] = array.get(i).asDouble();
    }
    return values;
  }

  private static IllegalArgumentException notACamera(String why, Throwable cause) {
    return new IllegalArgumentException(
        "this is not a camera: " + why + "; press C in the viewer to copy one", cause);
  }
}
