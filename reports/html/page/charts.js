// Chart.js in the report's colours, with whiskers for intervals. Series differ by colour, point and
// dash, so that they can be told apart without colour.
(function (R) {
  "use strict";

  // Okabe and Ito's colours, which people without full colour vision can tell apart.
  const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#999999", "#b8a800"];
  const POINTS = ["circle", "rect", "triangle", "rectRot", "star", "cross", "crossRot", "dash"];
  const DASHES = [[], [7, 4], [2, 3], [9, 3, 2, 3], [5, 2], [1, 4], [12, 4], [3, 6]];

  R.canDraw = typeof window.Chart === "function";
  let drawn = [];

  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  // Draws point.low to point.high of every point that has them.
  const whiskers = {
    id: "whiskers",
    afterDatasetsDraw(chart) {
      const { ctx, scales } = chart;
      ctx.save();
      chart.data.datasets.forEach((dataset, index) => {
        if (!chart.isDatasetVisible(index)) return;
        ctx.strokeStyle = dataset.borderColor;
        ctx.globalAlpha = 0.75;
        ctx.lineWidth = 1.2;
        // A little apart, so that those of several series at one place can be seen.
        const apart = 3 * (index - (chart.data.datasets.length - 1) / 2);
        chart.getDatasetMeta(index).data.forEach((point, i) => {
          const value = dataset.data[i], x = point.x + apart;
          if (value.low === undefined) return;
          const low = scales.y.getPixelForValue(value.low), high = scales.y.getPixelForValue(value.high);
          ctx.beginPath();
          ctx.moveTo(x, low); ctx.lineTo(x, high);
          ctx.moveTo(x - 2.5, low); ctx.lineTo(x + 2.5, low);
          ctx.moveTo(x - 2.5, high); ctx.lineTo(x + 2.5, high);
          ctx.stroke();
        });
      });
      ctx.restore();
    },
  };

  // series: [{label, points: [{x, y, low, high, name}], line, rings}]; rings go around other series' points.
  function datasets(series) {
    return series.map((one, i) => ({
      clip: 12,  // points on the edge are whole
      label: one.label, data: one.points, showLine: one.line !== false,
      borderColor: COLOURS[i % COLOURS.length], backgroundColor: one.rings ? "transparent" : COLOURS[i % COLOURS.length],
      borderWidth: 1.8, borderDash: DASHES[i % DASHES.length], tension: 0,
      pointStyle: one.rings ? "circle" : one.line === "only" ? "line" : POINTS[i % POINTS.length],
      pointRadius: one.rings ? 9 : one.line === "only" ? 0 : 4.5, pointHitRadius: 6, pointHoverRadius: one.rings ? 9 : 6,
    }));
  }

  // The accuracies shown, whiskers and a margin included, within 0 to 100.
  function range(series) {
    const points = series.flatMap((one) => one.points);
    const low = Math.min(...points.map((p) => p.low ?? p.y)), high = Math.max(...points.map((p) => p.high ?? p.y));
    const grain = high - low > 20 ? 5 : high - low > 8 ? 2 : 1;
    return { min: Math.max(0, grain * (Math.ceil(low / grain) - 1)), max: Math.min(100, grain * (Math.floor(high / grain) + 1)) };
  }

  function options(axes, series) {
    const values = [...new Set(series.flatMap((one) => one.points.map((p) => p.x)))].sort((a, b) => a - b);
    const grid = { color: css("--line"), borderColor: css("--line") };
    const ticks = { color: css("--muted"), font: { size: 11 } };
    const title = (text) => ({ display: true, text, color: css("--muted"), font: { size: 11 } });
    return {
      responsive: true, maintainAspectRatio: false, animation: false,
      interaction: { mode: "nearest", intersect: false },
      scales: {
        x: { type: axes.log ? "logarithmic" : "linear", title: title(axes.x), grid, ticks, grace: axes.log || axes.y ? undefined : "8%",
             afterBuildTicks: (axis) => { if (axes.atValues) axis.ticks = values.map((value) => ({ value })); } },
        y: Object.assign({ title: title(axes.y || "accuracy %"), grid, ticks }, axes.y ? { min: 0 } : range(series)),
      },
      plugins: {
        legend: { position: "bottom", labels: { color: css("--fg"), usePointStyle: true, boxWidth: 9, boxHeight: 6, font: { size: 11.5 } } },
        tooltip: { callbacks: { label: (context) => {
          const point = context.raw;
          const interval = point.low === undefined ? "" : " (" + point.low.toFixed(1) + "–" + point.high.toFixed(1) + ")";
          return (point.name || context.dataset.label) + ": " + point.y.toFixed(2) + (axes.y ? "" : " %") + interval;
        } } },
      },
    };
  }

  // A long curve is told by its ends.
  function inWords(one, unit) {
    const points = one.points.length > 30 ? [one.points[0], one.points[one.points.length - 1]] : one.points;
    return one.label + ": " + points.map((p) => p.x + " → " + p.y.toFixed(unit ? 1 : 3) + unit).join(", ");
  }

  // A figure with title, axes {x, y: other than accuracy, log, atValues: a tick at each point's x} and series. Charts are drawn
  // when they are in the page.
  R.chart = function (title, axes, series) {
    const words = title + ". " + series.map((one) => inWords(one, axes.y ? "" : " %")).join(". ");
    const canvas = R.h("canvas", { role: "img", "aria-label": words });
    const figure = R.h("figure", {}, R.h("figcaption", {}, title), R.h("div", { class: "canvas" }, canvas));
    drawn.push({ canvas, axes, series, chart: null });
    return figure;
  };

  R.drawCharts = function () {
    for (const one of drawn) {
      if (one.chart || !one.canvas.isConnected) continue;
      one.chart = new window.Chart(one.canvas, { type: "scatter", data: { datasets: datasets(one.series) }, options: options(one.axes, one.series), plugins: [whiskers] });
    }
  };

  R.dropCharts = function () {
    for (const one of drawn) if (one.chart) one.chart.destroy();
    drawn = [];
  };

  R.withoutCharts = () => R.h("p", { class: "notice" }, "This report was made by a build without Chart.js (package libjs-chart.js), so the curves are missing; the tables of the overview hold their numbers.");
})(window.R);
