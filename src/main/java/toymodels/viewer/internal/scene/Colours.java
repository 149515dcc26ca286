package toymodels.viewer.internal.scene;

import toymodels.viewer.Colouring;
import toymodels.viewer.Scene;

/** Tables of colours and their entries, kept while they stay the same from frame to frame. */
public final class Colours {
  private Object tableOf;
  private float[] table;
  private Object entriesOf;
  private byte[] entries;

  private record TableKey(Colouring colouring, Palette palette) {}

  /** By identity of what the entries are made of, which is never changed. */
  private record EntriesKey(Object source, Colouring colouring, double tau) {
    @Override
    public boolean equals(Object other) {
      return other instanceof EntriesKey key
          && key.source == source
          && key.colouring == colouring
          && key.tau == tau;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(source);
    }
  }

  public float[] table(Colouring colouring, Palette palette) {
    TableKey key = new TableKey(colouring, palette);
    if (!key.equals(tableOf)) {
      tableOf = key;
      table = colouring.table(palette);
    }
    return table;
  }

  /** The colouring's entries; null if they are made of each feature's weights alone. */
  public byte[] entries(Scene scene, Colouring colouring, double tau) {
    return switch (colouring) {
      case IMPORTANCE -> kept(scene, new EntriesKey(scene.info(), colouring, 0));
      case COMPONENT -> kept(scene, new EntriesKey(scene, colouring, tau));
      case DIMENSIONALITY, INTERFERENCE, BIAS -> null;
    };
  }

  private byte[] kept(Scene scene, EntriesKey key) {
    if (!key.equals(entriesOf)) {
      entriesOf = key;
      entries = key.colouring().entries(scene, key.tau());
    }
    return entries;
  }
}
