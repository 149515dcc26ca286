// What every page of a report does: the theme, the tooltip, and reading values off colour maps.
"use strict";
const page = (() => {
  const root = document.documentElement;
  const probe = document.createElement("i");
  const listeners = [];
  const colours = new Map();
  const dark = matchMedia("(prefers-color-scheme: dark)");

  /** The colour of a role in the theme shown, as "rgb(r, g, b)". */
  function colour(role) {
    if (!colours.has(role)) {
      probe.style.color = `var(--${role})`;
      colours.set(role, getComputedStyle(probe).color);
    }
    return colours.get(role);
  }
  const isDark = () => (root.dataset.theme || (dark.matches ? "dark" : "light")) === "dark";
  const onTheme = (listener) => listeners.push(listener);
  function changed() {
    colours.clear();
    document.getElementById("theme").textContent = isDark() ? "Light theme" : "Dark theme";
    listeners.forEach((listener) => listener());
  }

  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  function show(text, x, y) {
    tip.textContent = text;
    tip.hidden = false;
    const box = tip.getBoundingClientRect();
    const left = x + 14 + box.width > innerWidth ? x - 14 - box.width : x + 14;
    tip.style.left = `${Math.max(4, left)}px`;
    tip.style.top = `${Math.max(4, Math.min(y + 14, innerHeight - box.height - 4))}px`;
  }
  const hide = () => (tip.hidden = true);

  /** Signed bytes. */
  const signed = (text) =>
    Int8Array.from(atob(text), (c) => c.charCodeAt(0));

  /** What stands under the pointer in a colour map. */
  function cell(image, event) {
    const box = image.getBoundingClientRect();
    const columns = Number(image.dataset.columns);
    const bytes = (image.bytes ??= signed(image.dataset.cells || image.dataset.phase));
    const count = image.dataset.phase ? bytes.length / 2 : bytes.length;
    const at = (from, size, n) => Math.max(0, Math.min(n - 1, Math.floor(((from) / size) * n)));
    const column = at(event.clientX - box.left, box.width, columns);
    const row = at(event.clientY - box.top, box.height, count / columns);
    const i = row * columns + column;
    if (!image.dataset.phase) {
      const place = columns > 1 ? `${row}, ${column}` : `${row}`;
      return `${image.dataset.name}[${place}]\n${(bytes[i] * image.dataset.unit).toFixed(2)}`;
    }
    const read = (axis, k) => {
      const [label, values] = axis.split("|");
      return `${label} ${values.split(" ")[k]}`;
    };
    return [
      read(image.dataset.x, column),
      read(image.dataset.y, row),
      `norm ${(bytes[2 * i] / 100).toFixed(2)}`,
      `superposition ${(bytes[2 * i + 1] / 100).toFixed(2)}`,
    ].join("\n");
  }

  document.body.append(probe, tip);
  document.addEventListener("pointermove", (event) => {
    const target = event.target.closest?.("[data-tip],[data-cells],[data-phase]");
    if (target) show(target.dataset.tip ?? cell(target, event), event.clientX, event.clientY);
    else if (!event.target.closest?.(".stage,.chart")) hide();
  });
  document.addEventListener("pointerleave", hide);
  document.addEventListener("scroll", hide, { passive: true });
  document.getElementById("theme").addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    changed();
  });
  dark.addEventListener("change", changed);
  changed();

  /** Calls back once for each element that comes near the window, and for all before printing. */
  function whenNear(elements, callback) {
    const waiting = new Set(elements);
    const start = (element) => waiting.delete(element) && callback(element);
    const watch = new IntersectionObserver(
      (entries) => entries.filter((e) => e.isIntersecting).forEach((e) => start(e.target)),
      { rootMargin: "600px" });
    waiting.forEach((element) => watch.observe(element));
    addEventListener("beforeprint", () => [...waiting].forEach(start));
  }

  /** The data block inside an element. */
  const data = (element) =>
    JSON.parse(element.querySelector('script[type="application/json"]').textContent);

  return { colour, onTheme, show, hide, whenNear, data };
})();
