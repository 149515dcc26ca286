// Draws every element of class "chart" with Apache ECharts, from the data block inside it.
"use strict";
(() => {
  const CATEGORIES = ["c0", "c1", "c2", "c3", "c4", "c5", "c6"];
  const SYMBOLS = ["circle", "triangle", "rect", "diamond", "roundRect", "pin", "arrow"];
  const DASHES = ["solid", [7, 3], [2, 3], [9, 3, 2, 3], [5, 5], [1, 2], [12, 4]];
  const MOST_IN_LEGEND = 14;
  const CROWD = 300;           // points from which they are drawn small, below the lines
  const KEY = 26;              // width of a line's sample in the legend, in pixels
  const LEGEND_ROW = 20;
  const LABEL_ROOM = 0.055;    // part of the height that the name of a level needs
  /** Symbols in the legend, which keep their shape only as paths. */
  const ICONS = {
    circle: "path://M0,5A5,5 0 1,1 10,5A5,5 0 1,1 0,5Z", triangle: "path://M5,0L10,9L0,9Z", rect: "path://M0,0H9V9H0Z",
    diamond: "path://M5,0L10,5L5,10L0,5Z", roundRect: "path://M0,0H9V9H0Z",
  };

  /** Numbers as the tables write them: four digits at most. */
  function number(value) {
    if (value === 0 || !Number.isFinite(value)) return String(value);
    const size = Math.abs(value);
    const text = size < 1e-4 || size >= 1e6 ? value.toExponential(2) : String(Number(value.toPrecision(4)));
    return text.replace("-", "−");
  }

  /** Level dashed lines run across the chart and are named where they end, not in the legend. */
  const isReference = (spec) => spec.mark === "DASHED" && spec.y.length > 1 && spec.y.every((y) => y === spec.y[0]);

  /** Where the name of a level stands beside it: out of the way of one that is close. */
  function besideLevel(spec, figure) {
    const y = spec.y[0], all = figure.series.flatMap((s) => s.y).filter((v) => v !== null);
    const room = LABEL_ROOM * (Math.max(...all) - Math.min(...all));
    const near = figure.series.filter((s) => isReference(s) && s !== spec).map((s) => s.y[0] - y);
    return near.some((d) => d > 0 && d < room) ? "top" : near.some((d) => d < 0 && -d < room) ? "bottom" : "middle";
  }

  function reference(spec, colours, figure) {
    return {
      name: spec.name, type: "line", symbol: "none", silent: true, lineStyle: { opacity: 0 },
      data: spec.x.map((x, k) => [x, spec.y[k]]),
      markLine: {
        silent: true, symbol: "none", animation: false, data: [{ yAxis: spec.y[0] }],
        precision: 12, // ECharts rounds the level itself, to two decimals unless told
        lineStyle: { color: colours.soft, type: [4, 4], width: 1, opacity: 0.8 },
        label: { formatter: spec.name, color: colours.soft, fontSize: 11.5, distance: 6, verticalAlign: besideLevel(spec, figure) },
      },
    };
  }

  function axis(spec, values, colours) {
    const finite = values.filter((v) => v !== null && (!spec.log || v > 0));
    const low = Math.min(...finite), high = Math.max(...finite);
    const result = {
      name: spec.label,
      nameTextStyle: { color: colours.ink, fontSize: 12 },
      axisLine: { show: true, onZero: false, lineStyle: { color: colours.faint } },
      axisTick: { lineStyle: { color: colours.faint } },
      axisLabel: { color: colours.soft, fontSize: 11.5, formatter: number, hideOverlap: true },
      splitLine: { lineStyle: { color: colours.rule } },
      minorTick: { show: spec.log }, scale: true, type: "value",
    };
    if (spec.log && high / low >= 4) { // a shorter range has too few powers to name
      const octaves = high / low < 40 && low >= 0.5;
      const powers = Math.floor(Math.log10(high)) - Math.ceil(Math.log10(low)) + 1;
      Object.assign(result, { type: "log", logBase: octaves ? 2 : 10, minorTick: { show: !octaves } });
      if (octaves || powers > 1) {
        const pad = Math.pow(high / low, 0.03) || 1.1;
        Object.assign(result, { min: low / pad, max: high * pad });
        Object.assign(result.axisLabel, { showMinLabel: false, showMaxLabel: false });
      } else { // whole decades, so that at least two ticks have a number
        Object.assign(result, { min: 10 ** Math.floor(Math.log10(low)), max: 10 ** Math.ceil(Math.log10(high)) });
      }
    }
    return result;
  }

  /** The points of a series; a value that its axis cannot hold leaves a gap. */
  function points(spec, figure) {
    const held = (axis, v) => (v === null || (axis.log && v <= 0) ? "-" : v);
    return spec.x.map((x, k) => [held(figure.x, x), held(figure.y, spec.y[k])]);
  }

  function series(spec, i, many, colours, figure) {
    const lines = spec.mark !== "POINTS";
    const crowd = !lines && spec.x.length > CROWD;
    const colour = colours[CATEGORIES[i % CATEGORIES.length]];
    return {
      name: spec.name,
      type: lines ? "line" : "scatter",
      data: points(spec, figure),
      step: spec.mark === "STEPS" ? "end" : undefined,
      symbol: spec.mark === "DASHED" ? "none" : SYMBOLS[many ? 0 : i % SYMBOLS.length],
      symbolSize: lines ? 6 : crowd ? 4 : 8,
      showSymbol: spec.mark === "LINE_AND_POINTS",
      itemStyle: { color: colour, opacity: crowd ? 0.55 : 1 },
      lineStyle: {
        color: colour,
        width: many ? 1 : spec.mark === "DASHED" ? 1.5 : 2,
        opacity: many ? 0.45 : 1,
        type: spec.mark === "DASHED" ? [6, 4] : many ? "solid" : DASHES[Math.floor(i / 3) % DASHES.length],
      },
      emphasis: { focus: many ? "series" : "none" },
      clip: lines, large: false, progressive: 0, animation: false, z: lines ? 3 : crowd ? 2 : 4,
    };
  }

  const text = document.createElement("canvas").getContext("2d");

  /** Rows that the names take in a legend of that width. */
  function legendRows(names, width) {
    text.font = "12px system-ui, sans-serif";
    let rows = 1, used = 0;
    for (const name of names) {
      const item = KEY + 5 + text.measureText(name).width + 10;
      if (used > 0 && used + item > width) [rows, used] = [rows + 1, 0];
      used += item;
    }
    return rows;
  }

  /** A line without points has none in the legend either; points keep their shape. */
  function legendItem(spec, i) {
    if (spec.mark === "POINTS") return { name: spec.name, icon: ICONS[SYMBOLS[i % SYMBOLS.length]] };
    return spec.mark === "LINE_AND_POINTS" ? { name: spec.name } : { name: spec.name, itemStyle: { opacity: 0 } };
  }

  function option(figure, width) {
    const roles = ["paper", "card", "ink", "soft", "faint", "rule", ...CATEGORIES];
    const colours = Object.fromEntries(roles.map((role) => [role, page.colour(role)]));
    const many = figure.series.filter((s) => !isReference(s)).length > MOST_IN_LEGEND;
    const named = figure.series.flatMap((s, i) => isReference(s) ? [] : [legendItem(s, i)]);
    const legend = named.length > 1 && !many;
    const rows = legend ? legendRows(named.map((n) => n.name), width) : 0;
    const longest = Math.max(0, ...figure.series.filter(isReference).map((s) => s.name.length));
    const all = (key) => figure.series.flatMap((s) => s[key]);
    return {
      animation: false,
      textStyle: { fontFamily: "system-ui, sans-serif", color: colours.ink },
      grid: { left: 12, right: 24 + Math.min(150, 6.5 * longest), top: 36 + LEGEND_ROW * rows, bottom: 34, containLabel: true },
      legend: {
        show: legend, data: named, top: 0, left: 0, padding: [4, 0], itemWidth: KEY, itemHeight: 9, itemGap: 10,
        textStyle: { color: colours.ink, fontSize: 12, lineHeight: LEGEND_ROW - 10 },
      },
      tooltip: {
        trigger: figure.series.every((s) => s.mark !== "POINTS") && !many ? "axis" : "item",
        valueFormatter: (v) => number(Array.isArray(v) ? v[1] : v),
        backgroundColor: colours.card, borderColor: colours.rule,
        textStyle: { color: colours.ink, fontSize: 12 },
        axisPointer: { type: "cross", label: { formatter: (p) => number(p.value), backgroundColor: colours.soft } },
      },
      xAxis: { ...axis(figure.x, all("x"), colours), nameLocation: "middle", nameGap: 28 },
      yAxis: {
        ...axis(figure.y, all("y"), colours),
        nameLocation: "end", nameTextStyle: { color: colours.ink, align: "left" },
      },
      series: figure.series.map((s, i) => isReference(s) ? reference(s, colours, figure) : series(s, i, many, colours, figure)),
    };
  }

  page.whenNear(document.querySelectorAll(".chart"), (element) => {
    const figure = page.data(element);
    const canvas = element.querySelector(".canvas");
    const chart = echarts.init(canvas);
    const draw = () => chart.setOption(option(figure, canvas.clientWidth), true);
    draw();
    page.onTheme(draw);
    new ResizeObserver(() => { chart.resize(); draw(); }).observe(canvas);
  });
})();
