package toymodels.viewer.internal.gl;

import imgui.ImFontConfig;
import imgui.ImFontGlyphRangesBuilder;
import imgui.ImGui;
import imgui.ImGuiIO;
import imgui.flag.ImGuiCol;
import imgui.flag.ImGuiCond;
import imgui.flag.ImGuiWindowFlags;
import imgui.gl3.ImGuiImplGl3;
import java.util.function.Consumer;
import java.util.function.Supplier;
import toymodels.natives.DearImGui;
import toymodels.viewer.Theme;
import toymodels.viewer.ViewState;
import toymodels.viewer.internal.picture.Action;
import toymodels.viewer.internal.picture.Glyphs;

/** Sliders and buttons over the picture, by Dear ImGui. Everything here is on the keyboard too. */
public final class Panels implements AutoCloseable {
  static {
    DearImGui.load();
  }

  private final ViewState view;
  private final Supplier<String> status;
  private final Consumer<Action> act;
  private final ImGuiImplGl3 opengl = new ImGuiImplGl3();
  private final float scale;

  /**
   * Needs a current OpenGL context.
   *
   * @param status what the training says
   * @param act what a button does
   */
  public Panels(ViewState view, Supplier<String> status, Consumer<Action> act, float scale) {
    this.view = view;
    this.status = status;
    this.act = act;
    this.scale = scale;
    ImGui.createContext();
    ImGuiIO io = ImGui.getIO();
    io.setIniFilename(null);
    ImFontGlyphRangesBuilder letters = new ImFontGlyphRangesBuilder();
    letters.addRanges(io.getFonts().getGlyphRangesDefault());
    letters.addText("×÷−·");
    ImFontConfig config = new ImFontConfig();
    io.getFonts()
        .addFontFromMemoryTTF(
            Glyphs.fontBytes(), Math.round(14 * scale), config, letters.buildRanges());
    io.getFonts().build();
    config.destroy();
    ImGui.getStyle().scaleAllSizes(scale);
    ImGui.getStyle().setWindowRounding(6 * scale);
    ImGui.getStyle().setFrameRounding(3 * scale);
    opengl.init("#version 410 core");
  }

  /** Whether the mouse is over a panel. */
  public boolean wantsMouse() {
    return view.panels && ImGui.getIO().getWantCaptureMouse();
  }

  /** Moves the mouse to a pixel. */
  public void move(double x, double y) {
    ImGui.getIO().addMousePosEvent((float) x, (float) y);
  }

  public void button(int which, boolean down) {
    if (which >= 0 && which < 3) {
      ImGui.getIO().addMouseButtonEvent(which, down);
    }
  }

  void scroll(double vertical) {
    ImGui.getIO().addMouseWheelEvent(0, (float) vertical);
  }

  /** Draws into the bound framebuffer. */
  public void draw(int width, int height, double seconds) {
    ImGuiIO io = ImGui.getIO();
    io.setDisplaySize(width, height);
    io.setDeltaTime((float) Math.max(1e-4, seconds));
    if (view.theme == Theme.PAPER) {
      ImGui.styleColorsLight();
    } else {
      ImGui.styleColorsDark();
    }
    int panel = view.theme.panel;
    ImGui.getStyle()
        .setColor(ImGuiCol.WindowBg, panel >> 16 & 255, panel >> 8 & 255, panel & 255, 240);
    opengl.newFrame();
    ImGui.newFrame();
    if (view.panels) {
      panel(width);
    }
    ImGui.render();
    opengl.renderDrawData(ImGui.getDrawData());
  }

  private void panel(int width) {
    ImGui.setNextWindowPos(width - 238 * scale, 384 * scale, ImGuiCond.FirstUseEver);
    if (ImGui.begin("View and training", ImGuiWindowFlags.AlwaysAutoResize)) {
      check("edges", view.edges, Action.EDGES);
      ImGui.sameLine();
      check("faces", view.faces, Action.FACES);
      ImGui.sameLine();
      check("labels", view.labels, Action.LABELS);
      check("biases", view.biases, Action.BIASES);
      ImGui.sameLine();
      check("circle", view.reference, Action.REFERENCE);
      ImGui.sameLine();
      check("tour", view.tour, Action.TOUR);
      ImGui.text("edges above %.2f".formatted(view.tau));
      ImGui.sameLine();
      press("less", Action.TAU_LESS);
      ImGui.sameLine();
      press("more", Action.TAU_MORE);
      press("colour: " + view.colouring.title(), Action.COLOURING);
      press("theme", Action.THEME);
      ImGui.sameLine();
      press("projection", Action.PROJECTION);
      ImGui.separator();
      ImGui.text(status.get());
      press("pause", Action.PLAY);
      ImGui.sameLine();
      press("push", Action.PERTURB);
      ImGui.sameLine();
      press("branch", Action.BRANCH);
      press("denser", Action.DENSER);
      ImGui.sameLine();
      press("sparser", Action.SPARSER);
      press("faster", Action.FASTER);
      ImGui.sameLine();
      press("slower", Action.SLOWER);
      press("importance equal", Action.FLATTER);
      ImGui.sameLine();
      press("falling", Action.STEEPER);
      ImGui.separator();
      press("save picture", Action.SCREENSHOT);
      ImGui.sameLine();
      press("keys", Action.HELP);
    }
    ImGui.end();
  }

  private void check(String name, boolean value, Action action) {
    if (ImGui.checkbox(name, value)) {
      act.accept(action);
    }
  }

  private void press(String name, Action action) {
    if (ImGui.button(name)) {
      act.accept(action);
    }
  }

  @Override
  public void close() {
    opengl.shutdown();
    ImGui.destroyContext();
  }
}
