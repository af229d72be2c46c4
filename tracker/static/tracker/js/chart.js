// Charts: plotly.js is fetched when a chart comes near the screen, drawn with the page's own colours and redrawn when they
// change. A figure names a colour "token:--c-actual", or "token:--c-actual/40" for 40 % of it.

// The id of the map stylesheet inside plotly.js 4.1: an element that bears it keeps that style out (content policy).
const MAP_STYLE = "9f215cf04c5486422605d13261cb87401f4e7763b6296af81e98efbc0130da53";
const CHINESE = {
  moduleType: "locale",
  name: "zh-CN",
  dictionary: { Autoscale: "全部", "Download plot as a PNG": "存为图片", "Download plot as a png": "存为图片", Pan: "平移", "Reset axes": "复位", Zoom: "缩放", "Zoom in": "放大", "Zoom out": "缩小", "Double-click to zoom back out": "双击复位", "Click to enter Plot title": "" },
  format: {
    days: ["星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"],
    shortDays: ["周日", "周一", "周二", "周三", "周四", "周五", "周六"],
    months: ["一月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "十一月", "十二月"],
    shortMonths: ["1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月"],
    date: "%Y年%-m月%-d日", year: "%Y年", month: "%Y年%-m月", dayMonth: "%-m月%-d日", dayMonthYear: "%Y年%-m月%-d日",
  },
};
const PAPER = { normal: 690, wall: 1500 }; // px across A4 upright and A3 lying down, less the margins

const probe = document.createElement("i");
probe.hidden = true;
document.body.append(probe);
const charts = new Map(); // container → figure as sent
const touch = matchMedia("(pointer: coarse)"); // there a finger scrolls the page, it does not drag the chart
const phone = matchMedia("(max-width: 40rem)"); // there a figure's own `phone` layout holds
let library = null;
let printing = false;

function load(src) {
  library ??= new Promise((done, failed) => {
    const silenced = document.createElement("meta");
    silenced.id = MAP_STYLE;
    const script = document.createElement("script");
    script.src = src;
    script.onload = () => {
      window.Plotly.register(CHINESE);
      done(window.Plotly);
    };
    script.onerror = failed;
    document.head.append(silenced, script);
  });
  return library;
}

function colour(text) {
  const [, name, share] = /^token:(--[\w-]+)(?:\/(\d+))?$/.exec(text) ?? [];
  if (!name) return text;
  probe.style.colorScheme = printing ? "light" : "";
  probe.style.color = `var(${name})`;
  const found = getComputedStyle(probe).color;
  return share ? found.replace(/^rgb\((.*)\)$/, `rgba($1, ${share / 100})`) : found;
}

function resolve(value) {
  if (typeof value === "string") return value.startsWith("token:") ? colour(value) : value;
  if (Array.isArray(value)) return value.map(resolve);
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, resolve(v)]));
  return value;
}

function template() {
  const font = { family: getComputedStyle(document.body).fontFamily, size: 13, color: "token:--ink" };
  const axis = { automargin: true, gridcolor: "token:--line", linecolor: "token:--line", zerolinecolor: "token:--line", tickcolor: "token:--line", tickfont: { color: "token:--ink-2", size: 12.5 }, title: { font: { size: 12.5 } } };
  return {
    layout: {
      font, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", margin: { l: 8, r: 12, t: 12, b: 8 }, xaxis: axis, yaxis: axis, hovermode: "closest", dragmode: touch.matches ? false : "pan",
      colorway: [1, 2, 3, 4, 5].map((n) => `token:--c-${n}`), legend: { orientation: "h", y: 1.02, yanchor: "bottom", x: 0 },
      hoverlabel: { bgcolor: "token:--sheet", bordercolor: "token:--edge", font: { ...font, size: 13 }, align: "left", namelength: -1 },
      modebar: { bgcolor: "rgba(0,0,0,0)", color: "token:--ink-2", activecolor: "token:--accent" },
    },
  };
}

function layout(chart, figure) {
  const space = [...chart.querySelectorAll(".space")].find((one) => getComputedStyle(one).display !== "none");
  const height = Number(space?.getAttribute("height")) || 320;
  const own = { template: template(), uirevision: "keep", autosize: true, height, ...figure.layout, ...(narrow() && figure.phone) };
  if (printing) own.width = chart.closest(".wall") ? PAPER.wall : PAPER.normal;
  if (printing && chart.dataset.paper) [own.width, own.height] = chart.dataset.paper.split(" ").map(Number);
  return resolve(own);
}

function narrow() {
  return phone.matches && !printing;
}

// On a phone the marks of a row move to its foot and get thinner, and traces meant "wide" are left out.
function squeezed({ data, squeeze }) {
  const kept = data.filter((trace) => trace.meta !== "wide");
  const move = (y) => y === null ? y : Math.round(y) + squeeze.shift + (y - Math.round(y)) * squeeze.scale;
  return squeeze ? kept.map((trace) => ({ ...trace, y: trace.y.map(move), ...(Array.isArray(trace.width) && { width: trace.width.map((w) => w * squeeze.scale) }) })) : kept;
}

async function draw(chart) {
  const figure = charts.get(chart);
  const place = chart.querySelector(".plot");
  try {
    const plotly = await load(chart.dataset.src);
    const first = !place.classList.contains("js-plotly-plot");
    if (first) place.replaceChildren();
    const config = { displaylogo: false, showSendToCloud: false, plotlyServerURL: "", displayModeBar: touch.matches ? false : "hover", responsive: true, showTips: false, locale: document.documentElement.lang.startsWith("zh") ? "zh-CN" : "en-US", modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"], ...figure.config };
    const data = narrow() ? squeezed(figure) : figure.data;
    await plotly.react(place, resolve(data), layout(chart, figure), config);
    if (first) place.on("plotly_click", follow);
  } catch (error) {
    chart.classList.add("failed");
    place.replaceChildren();
    chart.parentElement.querySelector(".data-table")?.setAttribute("open", "");
    console.error(error);
  }
}

// customdata holds an address on this site, or a list that begins with one.
function follow({ points: [point] }) {
  const address = [point?.customdata].flat()[0];
  if (typeof address === "string" && /^\/(?!\/)/.test(address)) location.assign(address);
}

const near = new IntersectionObserver((entries) => {
  for (const entry of entries.filter((e) => e.isIntersecting)) {
    near.unobserve(entry.target);
    draw(entry.target);
  }
}, { rootMargin: "300px" });

function prepare(place) {
  for (const chart of place.querySelectorAll("[data-chart]")) {
    const source = document.getElementById(chart.dataset.chart);
    if (!source || charts.has(chart)) continue;
    charts.set(chart, JSON.parse(source.textContent));
    near.observe(chart);
  }
}

function redraw() {
  for (const chart of charts.keys()) {
    if (!chart.isConnected) charts.delete(chart);
    else if (printing || chart.querySelector(".js-plotly-plot")) draw(chart);
  }
}

// <button data-zoom="chart id" data-range="2026-01-01,2026-12-31">; an empty range shows everything.
document.addEventListener("click", ({ target }) => {
  const zoom = target.closest("[data-zoom]");
  const place = zoom && document.querySelector(`[data-chart="${zoom.dataset.zoom}-data"] .js-plotly-plot`);
  if (!place) return;
  const range = zoom.dataset.range ? { "xaxis.range": zoom.dataset.range.split(",") } : { "xaxis.autorange": true };
  window.Plotly.relayout(place, range);
});
document.addEventListener("guatu:theme", redraw);
phone.addEventListener("change", redraw);
addEventListener("beforeprint", () => {
  printing = true;
  redraw();
});
addEventListener("afterprint", () => {
  printing = false;
  redraw();
});
addEventListener("htmx:load", (event) => prepare(event.detail.elt));
prepare(document);
