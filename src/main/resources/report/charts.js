// Draws every element of class "chart" with Apache ECharts, from the data block inside it.
"use strict";
(() => {
  const CATEGORIES = ["c0", "c1", "c2", "c3", "c4", "c5", "c6"];
  const SYMBOLS = ["circle", "triangle", "rect", "diamond", "roundRect", "pin", "arrow"];
  const DASHES = ["solid", [7, 3], [2, 3], [9, 3, 2, 3], [5, 5], [1, 2], [12, 4]];
  const MOST_IN_LEGEND = 14;

  /** Numbers as the tables write them: four digits at most. */
  function number(value) {
    if (value === 0 || !Number.isFinite(value)) return String(value);
    const size = Math.abs(value);
    const text = size < 1e-4 || size >= 1e6 ? value.toExponential(2) : String(Number(value.toPrecision(4)));
    return text.replace("-", "−");
  }

  /** Level dashed lines run across the chart and are named where they end, not in the legend. */
  const isReference = (spec) => spec.mark === "DASHED" && spec.y.length > 1 && spec.y.every((y) => y === spec.y[0]);

  function reference(spec, colours) {
    return {
      name: spec.name, type: "line", symbol: "none", silent: true, lineStyle: { opacity: 0 },
      data: spec.x.map((x, k) => [x, spec.y[k]]),
      markLine: {
        silent: true, symbol: "none", animation: false, data: [{ yAxis: spec.y[0] }],
        lineStyle: { color: colours.soft, type: [4, 4], width: 1, opacity: 0.8 },
        label: { formatter: spec.name, color: colours.soft, fontSize: 11.5, distance: 6 },
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
    if (spec.log) {
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
    const colour = colours[CATEGORIES[i % CATEGORIES.length]];
    return {
      name: spec.name,
      type: lines ? "line" : "scatter",
      data: points(spec, figure),
      step: spec.mark === "STEPS" ? "end" : undefined,
      symbol: spec.mark === "DASHED" ? "none" : SYMBOLS[many ? 0 : i % SYMBOLS.length],
      symbolSize: lines ? 6 : spec.x.length > 300 ? 4 : 7,
      showSymbol: spec.mark === "LINE_AND_POINTS",
      itemStyle: { color: colour, opacity: !lines && spec.x.length > 300 ? 0.55 : 1 },
      lineStyle: {
        color: colour,
        width: many ? 1 : spec.mark === "DASHED" ? 1.5 : 2,
        opacity: many ? 0.45 : 1,
        type: spec.mark === "DASHED" ? [6, 4] : many ? "solid" : DASHES[Math.floor(i / 3) % DASHES.length],
      },
      emphasis: { focus: many ? "series" : "none" },
      large: false, animation: false, z: lines ? 3 : 2,
    };
  }

  function option(figure) {
    const roles = ["paper", "card", "ink", "soft", "faint", "rule", ...CATEGORIES];
    const colours = Object.fromEntries(roles.map((role) => [role, page.colour(role)]));
    const many = figure.series.filter((s) => !isReference(s)).length > MOST_IN_LEGEND;
    const named = figure.series.filter((s) => !isReference(s)).map((s) => s.name);
    const legend = named.length > 1 && !many;
    const longest = Math.max(0, ...figure.series.filter(isReference).map((s) => s.name.length));
    const all = (key) => figure.series.flatMap((s) => s[key]);
    return {
      animation: false,
      textStyle: { fontFamily: "system-ui, sans-serif", color: colours.ink },
      grid: { left: 12, right: 24 + Math.min(150, 6.5 * longest), top: legend ? 64 : 34, bottom: 34, containLabel: true },
      legend: {
        show: legend, data: named, type: "scroll", top: 0, left: 0, itemWidth: 26, itemHeight: 9,
        textStyle: { color: colours.ink }, pageTextStyle: { color: colours.soft },
      },
      tooltip: {
        trigger: figure.series.every((s) => s.mark !== "POINTS") && !many ? "axis" : "item",
        valueFormatter: (v) => number(Array.isArray(v) ? v[1] : v),
        backgroundColor: colours.card, borderColor: colours.rule,
        textStyle: { color: colours.ink, fontSize: 12 },
        axisPointer: { type: "cross", label: { formatter: (p) => number(p.value), backgroundColor: colours.soft } },
      },
      xAxis: { ...(figure.x.log ? {} : { min: "dataMin", max: "dataMax" }), ...axis(figure.x, all("x"), colours), nameLocation: "middle", nameGap: 28 },
      yAxis: {
        ...axis(figure.y, all("y"), colours),
        nameLocation: "end", nameTextStyle: { color: colours.ink, align: "left" },
      },
      series: figure.series.map((s, i) => isReference(s) ? reference(s, colours) : series(s, i, many, colours, figure)),
    };
  }

  page.whenNear(document.querySelectorAll(".chart"), (element) => {
    const figure = page.data(element);
    const canvas = element.querySelector(".canvas");
    const chart = echarts.init(canvas);
    const draw = () => chart.setOption(option(figure), true);
    draw();
    page.onTheme(draw);
    new ResizeObserver(() => chart.resize()).observe(canvas);
  });
})();
