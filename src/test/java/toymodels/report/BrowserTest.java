package toymodels.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a report does in a browser: shows everything, asks for nothing, says nothing. */
class BrowserTest {
  /** The bar for the report of a hundred models. */
  private static final long MOST_BYTES = 3_000_000;

  /**
   * The bar for showing it, in processor time of the page's thread up to the first frame after all
   * scripts: time on the clock tells more of what else the machine does.
   */
  private static final double MOST_SECONDS = 1;

  private static final int LOADS = 3;

  /** Of 255: antialiasing differs between the two painters, places and colours must not. */
  private static final double PAINTERS_DIFFER = 6;

  private static final String SETTLED =
      "dispatchEvent(new Event('beforeprint')),"
          + " new Promise(r => requestAnimationFrame(() => setTimeout(r, 300)))";

  private static Chromium browser;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws Exception {
    browser = Chromium.start("--enable-unsafe-swiftshader");
  }

  @AfterAll
  static void end() throws Exception {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void desk() throws Exception {
    browser.show(1280, 900, false);
    browser.forget();
  }

  private Path written(RunFacts facts, Report... reports) throws Exception {
    Path file = Files.createTempDirectory(folder, "report").resolve("report.html");
    HtmlReport.write(file, facts, List.of(reports));
    return file;
  }

  /** Opens a page and waits for its figures, which are drawn only when they come into sight. */
  private static void openDrawn(Path file) throws Exception {
    browser.open(file);
    browser.evaluate(SETTLED);
  }

  @Test
  void every_figure_shows_in_both_themes_and_on_a_phone_in_silence() throws Exception {
    Path file = written(SampleReport.facts("intro"), SampleReport.report());
    for (boolean dark : new boolean[] {false, true}) {
      for (int width : new int[] {1280, 390}) {
        browser.show(width, 900, dark);
        openDrawn(file);
        int charts = browser.evaluate("document.querySelectorAll('.canvas canvas').length").asInt();
        assertEquals(2, charts, "charts drawn");
        int blank = browser.evaluate(BLANK_CANVASES).asInt();
        assertEquals(0, blank, "canvases left blank");
        int overflow =
            browser.evaluate("document.documentElement.scrollWidth - innerWidth").asInt();
        assertTrue(overflow <= 0, "the page is " + overflow + " pixels wider than the window");
        String paper = browser.evaluate("getComputedStyle(document.body).backgroundColor").asText();
        assertEquals(dark ? "rgb(23, 24, 27)" : "rgb(252, 251, 248)", paper);
      }
    }
    browser.evaluate("document.getElementById('theme').click()");
    assertEquals(
        "rgb(252, 251, 248)",
        browser.evaluate("getComputedStyle(document.body).backgroundColor").asText());
    assertEquals(List.of(), browser.console());
    assertEquals(List.of(), browser.requests());
  }

  /** Canvases of one colour, but for those that are written on only beside a model. */
  private static final String BLANK_CANVASES =
      """
      [...document.querySelectorAll('canvas')].filter(c => {
        const pixels = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
        return pixels.every((v, i) => v === pixels[i % 4]);
      }).length""";

  @Test
  void names_that_are_code_stay_names() throws Exception {
    for (String name : HostileReport.NAMES) {
      openDrawn(written(HostileReport.facts(name), HostileReport.of(name), HostileReport.of(name)));
      assertFalse(browser.evaluate("'broken' in window").asBoolean(), name);
      assertEquals(
          0,
          browser
              .evaluate("document.querySelectorAll('iframe, b.evil, img, object').length")
              .asInt(),
          name);
      browser.evaluate("document.querySelector('.chart').scrollIntoView({block: 'center'})");
      JsonNode box =
          browser.evaluate(
              "document.querySelector('.chart .canvas').getBoundingClientRect().toJSON()");
      browser.point(box.get("x").asDouble() + 300, box.get("y").asDouble() + 200);
      browser.evaluate(SETTLED);
      assertEquals(
          0, browser.evaluate("document.querySelectorAll('b.evil, img').length").asInt(), name);
      assertEquals(
          HostileReport.visible(name),
          browser.evaluate("document.querySelector('h2').textContent").asText());
      assertEquals(List.of(), browser.console(), name);
      assertEquals(List.of(), browser.requests(), name);
    }
  }

  @Test
  void long_titles_stay_within_their_panels() throws Exception {
    Directions.Panel panel =
        new Directions.Panel(
            "task 1000, densities 0.0001 to 0.0009, importance geometric",
            new float[] {1, 0, 0, 1},
            new double[] {1, 1});
    Report report =
        new Report(
            "wide",
            "wide",
            "Long titles.",
            List.of(new Directions("Planes", "Two of them.", List.of(panel, panel))),
            List.of());
    openDrawn(written(SampleReport.facts("wide"), report));
    assertEquals(0, browser.evaluate(TEXTS_OUTSIDE).asInt());
  }

  /** Texts that reach beyond the drawing they stand in. */
  private static final String TEXTS_OUTSIDE =
      """
      [...document.querySelectorAll('figure svg text')].filter(text => {
        const [a, b] = [text, text.closest('svg')].map(e => e.getBoundingClientRect());
        return a.left < b.left - 1 || a.right > b.right + 1;
      }).length""";

  @Test
  void a_hundred_models_make_a_small_page_that_shows_at_once() throws Exception {
    Path file = written(SampleReport.facts("sweep"), SampleSweep.report());
    assertTrue(Files.size(file) <= MOST_BYTES, Files.size(file) + " bytes");
    browser.call("Performance.enable", Map.of("timeDomain", "threadTicks"));
    double least = Double.POSITIVE_INFINITY;
    for (int load = 0; load < LOADS && least > MOST_SECONDS; load++) {
      browser.open(file);
      browser.evaluate("new Promise(r => requestAnimationFrame(() => setTimeout(r)))");
      for (JsonNode metric : browser.call("Performance.getMetrics", Map.of()).get("metrics")) {
        if (metric.get("name").asText().equals("TaskDuration")) {
          least = Math.min(least, metric.get("value").asDouble());
        }
      }
    }
    assertTrue(least <= MOST_SECONDS, "busy for " + least + " s before it shows");
  }

  @Test
  void a_long_history_opens_at_its_end() throws Exception {
    int[] steps = IntStream.range(0, 150).toArray();
    List<float[]> frames = Collections.nCopies(steps.length, new float[] {1, 0, 0, 1});
    Polytopes.Model model = new Polytopes.Model("long", new double[] {0, 1}, steps, frames);
    Polytopes view = new Polytopes("Long", "", 2, List.of(model), "set");
    openDrawn(
        written(SampleReport.facts("long"), new Report("l", "l", "", List.of(view), List.of())));
    assertEquals(
        "step 149", browser.evaluate("document.querySelector('output').textContent").asText());
  }

  @Test
  void a_level_stands_where_its_value_is() throws Exception {
    double[] x = {1, 10, 100};
    XyChart.Series curve =
        new XyChart.Series("loss", XyChart.Mark.LINE, x, new double[] {.1, .01, .001});
    XyChart.Series level =
        new XyChart.Series("p²", XyChart.Mark.DASHED, x, new double[] {.0025, .0025, .0025});
    XyChart.Axis log = new XyChart.Axis("log", true);
    XyChart chart = new XyChart("Levels", "", log, log, List.of(curve, level));
    openDrawn(
        written(SampleReport.facts("l"), new Report("l", "l", "", List.of(chart), List.of())));
    JsonNode off = browser.evaluate(LEVEL_IS_OFF.formatted(.0025));
    assertTrue(off.isNumber() && off.asDouble() <= 1, "the level is off by " + off);
  }

  /** Pixels between the level line of a chart and where its axis has the value. */
  private static final String LEVEL_IS_OFF =
      """
      (() => {
        const chart = echarts.getInstanceByDom(document.querySelector('.canvas'));
        const drawn = chart.getZr().storage.getDisplayList(true).filter(e => e.type === 'ec-line');
        const want = chart.convertToPixel({ yAxisIndex: 0 }, %s);
        return Math.max(...drawn.map(e => Math.abs(e.shape.y1 - want)));
      })()""";

  @Test
  void hovering_tells_what_stands_there() throws Exception {
    Path file = written(SampleReport.facts("intro"), SampleReport.report());
    openDrawn(file);
    assertEquals(
        "feature 0\nnorm 1\nangle 17°\nimportance 1",
        hovered("document.querySelectorAll('circle[data-tip^=\"feature 0\"]')[0]", .5));
    assertEquals("WᵀW[0, 0]\n1.00", hovered("document.querySelector('[data-name=\"WᵀW\"]')", .01));
    String phase = hovered("document.querySelector('[data-phase]')", .99);
    assertEquals(
        "relative importance of the extra feature 10\ndensity 1 − S 0.01\nnorm 1.00\nsuperposition 1.00",
        phase);
  }

  /** What the tooltip says with the mouse at a part of an element's width and height. */
  private static String hovered(String element, double part) throws Exception {
    browser.evaluate(element + ".scrollIntoView({block: 'center'})");
    browser.evaluate(SETTLED);
    JsonNode box = browser.evaluate(element + ".getBoundingClientRect().toJSON()");
    browser.point(
        box.get("x").asDouble() + part * box.get("width").asDouble(),
        box.get("y").asDouble() + part * box.get("height").asDouble());
    return browser
        .evaluate("document.querySelector('.tip:not([hidden])')?.textContent ?? ''")
        .asText();
  }

  @Test
  void webgl_paints_what_the_plain_canvas_paints() throws Exception {
    Path file = written(SampleReport.facts("intro"), SampleReport.report());
    openDrawn(file);
    JsonNode differs = browser.evaluate(PAINTERS);
    assertTrue(differs.isNumber(), "this browser has no WebGL even in software: " + differs);
    assertTrue(differs.asDouble() <= PAINTERS_DIFFER, "mean difference " + differs);
    browser.evaluate("document.querySelector('.stage').scrollIntoView({block: 'center'})");
    browser.evaluate(SETTLED);
    browser.evaluate(
        "document.querySelector('.stage').dispatchEvent("
            + "new KeyboardEvent('keydown', {key: 'ArrowLeft'}))");
    assertTrue(
        browser
            .evaluate("document.querySelector('.stage canvas').getContext('2d') === null")
            .asBoolean(),
        "a view that is turned asks for WebGL");
  }

  /** The mean difference of inked pixels between the two painters over a picture of each shape. */
  private static final String PAINTERS =
      """
      (() => {
        const shapes = [
          { face: [-80, -60, 90, -70, 10, 80], colour: [0, .4, .7], alpha: .5 },
          { line: [-90, -80, 90, 70], colour: [.8, .3, 0], alpha: .9, width: 6 },
          { line: [-90, 80, 90, -20], colour: [0, .6, .4], alpha: 1, width: 6, dashed: true },
          { ball: [30, 20, 25], colour: [.3, 0, .3], alpha: 1 }];
        const pixels = (kind) => {
          const canvas = Object.assign(document.createElement('canvas'), { width: 200, height: 200 });
          const painter = painters[kind](canvas);
          if (!painter) return null;
          painter.paint(shapes, 1);
          const copy = Object.assign(document.createElement('canvas'), { width: 200, height: 200 });
          copy.getContext('2d').drawImage(canvas, 0, 0);
          return copy.getContext('2d').getImageData(0, 0, 200, 200).data;
        };
        const [a, b] = [pixels('plain'), pixels('webgl')];
        if (!b) return 'none';
        let sum = 0, count = 0;
        for (let i = 0; i < a.length; i += 4) {
          if (a[i + 3] === 0 && b[i + 3] === 0) continue;
          count++;
          for (let k = 0; k < 4; k++) sum += Math.abs(a[i + k] * (k < 3 ? a[i + 3] / 255 : 1) - b[i + k] * (k < 3 ? b[i + 3] / 255 : 1)) / 4;
        }
        return sum / count;
      })()""";
}
