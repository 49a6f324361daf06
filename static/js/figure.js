/* Draws every [data-figure-url]: fetches the figure, unless the page brought it along in data-figure, puts it into the
   theme's colours, and offers it as a file (see figure_file.js).
   The server draws in the light theme (print); on a dark screen its theme colours are exchanged, data colours stay. */

const LIGHT_TOKENS = {
  "#f7f6f2": "--paper",
  "#ffffff": "--card",
  "#1c2530": "--ink",
  "#5b6673": "--soft",
  "#66707a": "--faint",
  "#e4e1d9": "--line",
  "#0b5d66": "--accent",
  "#7c8792": "--group-reference",
};
const drawn = new Map();
let library;
let themeColours;

function loadPlotly(source) {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = source;
    script.onload = () => resolve(window.Plotly);
    script.onerror = reject;
    document.head.append(script);
  });
  return library;
}

/* A custom property may hold light-dark(…); only a used value tells which of the two it is now. All are asked for together,
   once for a theme: every look has the browser style the whole page. */
function coloursOfTheme() {
  const probe = document.createElement("i");
  for (const name of Object.values(LIGHT_TOKENS)) {
    const one = document.createElement("i");
    one.style.color = `var(${name})`;
    probe.append(one);
  }
  document.body.append(probe);
  const used = Object.keys(LIGHT_TOKENS).map((light, place) => [light, getComputedStyle(probe.children[place]).color]);
  probe.remove();
  return new Map(used);
}

function inTheme(figure) {
  themeColours ??= coloursOfTheme();
  const exchange = (value) => {
    if (typeof value === "string") return themeColours.get(value.toLowerCase()) ?? value;
    if (Array.isArray(value)) return value.map(exchange);
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, exchange(inner)]));
    }
    return value;
  };
  return exchange(figure);
}

/* Where there is little room, names stand above their boxes instead of beside them, and of the labels of marks, which
   share that line, only those stay that do not overlap what stands before them; the others are left to the pointer. */
const NARROW_PX = 560;
const NAME_ABOVE_PX = 26;
const LABEL_GAP_PX = 8;
const ruler = document.createElement("canvas").getContext("2d");

function widthOf({ text, font }, theme) {
  ruler.font = `${font?.size ?? theme.font.size}px ${theme.font.family}`;
  return ruler.measureText(text.replace(/<[^>]+>/g, "")).width;
}

function withRoom(labels, names, layout, place) {
  const theme = layout.template.layout;
  const taken = new Map(names.map((name) => [name.y, widthOf(name, theme) + LABEL_GAP_PX]));
  const [first, last] = layout.xaxis?.range ?? [0, 1];
  const { l, r } = { ...theme.margin, ...layout.margin };
  const width = place - l - r;
  return [...labels]
    .sort((one, other) => one.x - other.x)
    .filter((label) => {
      const half = widthOf(label, theme) / 2;
      const row = Math.round(label.y);
      const middle = (width * (label.x - first)) / (last - first);
      if (middle - half < (taken.get(row) ?? 0) || middle + half > width + r) return false;
      taken.set(row, middle + half + LABEL_GAP_PX);
      return true;
    });
}

function fitted(layout, width) {
  const { yaxis } = layout;
  const yshift = layout.meta?.nameAbovePx ?? NAME_ABOVE_PX;
  if (width >= NARROW_PX || yaxis?.tickmode !== "array") return layout;
  const names = yaxis.tickvals.map((y, place) => ({
    ...{ text: yaxis.ticktext[place], x: 0, xref: "paper", xanchor: "left" },
    ...{ y, yref: "y", yshift, showarrow: false },
  }));
  const written = layout.annotations ?? [];
  const labels = written.filter(({ name }) => name === "label");
  const others = written.filter(({ name }) => name !== "label");
  return {
    ...layout,
    yaxis: { ...yaxis, showticklabels: false },
    annotations: [...others, ...withRoom(labels, names, layout, width), ...names],
  };
}

/* An axis that finds its own margin has everything laid out twice. Where one axis has names and the other a scale, both
   margins are known beforehand. */
const BESIDE_NAMES_PX = 10;
const BELOW_SCALE_PX = 32;
const TITLE_PX = 26;

function withMargins(layout, family) {
  const { xaxis, yaxis } = layout;
  const isNamed = yaxis?.tickmode === "array" && yaxis.showticklabels !== false && !yaxis.title?.text;
  if (!isNamed || xaxis?.tickmode === "array" || layout.xaxis2 || layout.yaxis2) return layout;
  const theme = layout.template.layout;
  const font = { ...theme.yaxis.tickfont, ...yaxis.tickfont };
  const lines = yaxis.ticktext.flatMap((name) => name.split("<br>"));
  const widths = lines.map((text) => widthOf({ text, font }, { font: { family } }));
  const margin = { ...theme.margin, ...layout.margin };
  margin.l += Math.ceil(Math.max(...widths)) + BESIDE_NAMES_PX;
  margin.b += BELOW_SCALE_PX + (xaxis?.title?.text ? TITLE_PX : 0);
  const fixed = { automargin: false };
  return { ...layout, margin, xaxis: { ...xaxis, ...fixed }, yaxis: { ...yaxis, ...fixed } };
}

const config = { displayModeBar: false, responsive: true, showTips: false };
const clear = { paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)" };

async function render(plot) {
  if (!drawn.get(plot) || !plot.isConnected) return;
  const { data, layout } = inTheme(drawn.get(plot));
  const Plotly = await loadPlotly(plot.dataset.plotly);
  const family = getComputedStyle(plot).fontFamily;
  const free = { ...clear, font: { ...layout.font, family }, width: undefined, height: undefined, autosize: true };
  await Plotly.react(plot, data, { ...withMargins(fitted(layout, plot.clientWidth), family), ...free }, config);
}

async function fetched(url) {
  const response = await fetch(url, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`The figure's address answered ${response.status}.`);
  return response.json();
}

/* The browser has shown what is drawn. A page in a hidden tab is shown nothing; it goes on all the same. */
function shown() {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, HIDDEN_TAB_MS);
  });
}

/* Figures are drawn one after another and each is shown at once: the first does not wait for those below it. */
const HIDDEN_TAB_MS = 200;
let turn = Promise.resolve();
function inTurn(work) {
  const done = turn.then(work);
  turn = done
    .catch(() => {})
    .then(shown)
    .then(() => performance.mark("figure-shown"));
  return done;
}

async function draw(plot) {
  plot.setAttribute("aria-busy", "true");
  drawn.set(plot, null);
  try {
    drawn.set(plot, plot.dataset.figure ? JSON.parse(plot.dataset.figure) : await fetched(plot.dataset.figureUrl));
    await inTurn(() => render(plot));
    plot.closest(".figure").querySelector(".figure-files").hidden = false;
  } catch (error) {
    plot.parentElement.querySelector(".figure-failed").hidden = false;
    console.error(error);
  } finally {
    plot.removeAttribute("aria-busy");
  }
}

function forget(plot) {
  window.Plotly?.purge(plot);
  drawn.delete(plot);
}

/* htmx takes leave of every element of what it replaces; a figure has hundreds. */
function forgetReplaced({ detail }) {
  if (!detail.shouldSwap) return;
  for (const plot of drawn.keys()) if (detail.target.contains(plot)) forget(plot);
}

function drawAll(root) {
  for (const plot of root.querySelectorAll("[data-figure-url]")) {
    if (!drawn.has(plot)) draw(plot);
  }
}

function renderAll() {
  themeColours = undefined;
  drawn.forEach((_figure, plot) => plot.isConnected && render(plot));
}

document.addEventListener("DOMContentLoaded", () => drawAll(document));
document.addEventListener("htmx:beforeSwap", forgetReplaced);
document.addEventListener("htmx:load", (event) => drawAll(event.target.parentElement ?? document));
document.addEventListener("theme-changed", renderAll);
matchMedia("print").addEventListener("change", renderAll);
