package toymodels.viewer;

/** Colours of everything that is not data, as 0xrrggbb. */
public enum Theme {
  /** The paper's. */
  PAPER(0xfcfbf8, 0x26292e, 0x75797f, 0xd3d2cc, 0xf2f1ec, 0xc44601, 0x1f6fb2),
  /** For screens at night. */
  DARK(0x14161a, 0xe8e6e1, 0x969aa1, 0x3a3e45, 0x1f2228, 0xff8a3d, 0x5fb0f0);

  /** Behind everything. */
  public final int background;

  /** Text. */
  public final int ink;

  /** Text of less weight. */
  public final int soft;

  /** Circles of norm 1, frames. */
  public final int faint;

  /** Cards that text stands on. */
  public final int panel;

  /** Interference that hurts. */
  public final int positive;

  /** Interference that the ReLU absorbs. */
  public final int negative;

  Theme(int background, int ink, int soft, int faint, int panel, int positive, int negative) {
    this.background = background;
    this.ink = ink;
    this.soft = soft;
    this.faint = faint;
    this.panel = panel;
    this.positive = positive;
    this.negative = negative;
  }
}
