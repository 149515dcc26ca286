package toymodels.viewer.internal.gl;

import toymodels.viewer.Camera;
import toymodels.viewer.Projection;
import toymodels.viewer.Scene;
import toymodels.viewer.ViewState;
import toymodels.viewer.internal.scene.CameraAnimation;

/** Moves a view's camera: by hand at once, to a new place in a flight. */
final class CameraControl {
  private static final double TURN = StrictMath.toRadians(6);

  private final ViewState view;
  private final CameraAnimation flight = new CameraAnimation();

  CameraControl(ViewState view) {
    this.view = view;
  }

  boolean flying() {
    return flight.flying();
  }

  /** Lets time pass; true if the camera has moved. */
  boolean advance(double seconds) {
    if (!flight.flying()) {
      return false;
    }
    view.camera = flight.advance(seconds);
    return true;
  }

  private void fly(Camera target) {
    if (view.reducedMotion) {
      flight.land();
      view.camera = target;
    } else {
      flight.start(view.camera, target);
    }
  }

  private Camera aim() {
    return flight.flying() ? flight.target() : view.camera;
  }

  void frameAll() {
    fly(aim().framing(1));
  }

  /** Looks at the picked feature, or at all where none is picked. */
  void framePicked(Scene scene) {
    if (view.picked < 0) {
      frameAll();
      return;
    }
    Projection projection = view.project(scene);
    float[] p = new float[3];
    int model = view.picked / scene.info().features();
    projection.apply(model, scene.directions(), view.picked * scene.info().hidden(), p, 0);
    fly(aim().framing(0.45).withTarget(p[0], p[1], p[2]));
  }

  /** Looks along an axis: 0 for x, 1 for y, 2 for z. */
  void along(int axis) {
    fly(aim().along(axis));
  }

  /** Turns by one press of an arrow: the camera, or the chosen plane of four dimensions. */
  void turn(int x, int y) {
    if (view.plane >= 0 && x != 0) {
      view.planes.turn(view.plane, x * TURN);
    } else {
      view.camera = view.camera.orbit(x * 0.08, y * 0.08);
    }
  }

  /** Turns with the mouse, in parts of the picture's height. */
  void drag(double dx, double dy) {
    flight.land();
    if (view.plane >= 0) {
      view.planes.turn(view.plane, 3 * dx);
    } else {
      view.camera = view.camera.orbit(2 * dx, 2 * dy);
    }
  }

  /** Moves sideways, likewise. */
  void pan(double dx, double dy) {
    flight.land();
    view.camera = view.camera.pan(2 * dx, -2 * dy);
  }

  /** Goes nearer by so many notches of the wheel. */
  void scroll(double notches) {
    flight.land();
    view.camera = view.camera.zoom(Math.pow(0.9, notches));
  }
}
