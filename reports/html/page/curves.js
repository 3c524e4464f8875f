// Accuracy over α, over steps, and against speed.
(function (R) {
  "use strict";

  function point(x, cell, name) {
    const accuracy = R.accuracy(cell);
    if (x === null || x === undefined || Number.isNaN(x) || !accuracy || accuracy.accuracy_frac === null) return null;
    const [low, high] = accuracy.wilson_95_frac;
    return { x, y: 100 * accuracy.accuracy_frac, low: 100 * low, high: 100 * high, name };
  }

  // Groups cells by a name and makes series of the points that are known, sorted by x.
  function seriesBy(cells, nameOf, xOf) {
    const groups = new Map();
    for (const cell of cells) {
      const made = point(xOf(cell), cell, R.sizeName(cell) + " · " + R.settingName(cell));
      if (!made) continue;
      if (!groups.has(nameOf(cell))) groups.set(nameOf(cell), []);
      groups.get(nameOf(cell)).push(made);
    }
    return [...groups].map(([label, points]) => ({ label, points: points.sort((a, b) => a.x - b.x) }));
  }

  const several = (series) => series.some((one) => new Set(one.points.map((p) => p.x)).size > 1);

  // A baseline has no α: it is a level line over the whole axis.
  function baselineSeries(cells, xs) {
    return cells.filter((cell) => cell.alpha_soft_mask === null).map((cell) => {
      const left = point(Math.min(...xs), cell, R.cellName(cell)), right = point(Math.max(...xs), cell, R.cellName(cell));
      return left && { label: R.sizeName(cell) + " · " + cell.name, points: [{ x: left.x, y: left.y, name: left.name }, { x: right.x, y: right.y, name: right.name }], line: "only" };
    }).filter(Boolean);
  }

  function alphaCharts() {
    return R.tasks.map((task) => {
      const cells = R.cells.filter((cell) => cell.task === task);
      const soft = cells.filter((cell) => cell.alpha_soft_mask !== null);
      const families = new Set(soft.map((cell) => cell.family + cell.k_soft)).size > 1;
      const series = seriesBy(soft, (cell) => R.sizeName(cell) + (families ? " · " + cell.family + " k " + cell.k_soft : ""), (cell) => Number(cell.alpha_soft_mask));
      if (!several(series)) return null;
      const xs = series.flatMap((one) => one.points.map((p) => p.x));
      return R.chart(task + ": accuracy over α", { x: "α of the soft mask", atValues: true }, series.concat(baselineSeries(cells, xs)));
    }).filter(Boolean);
  }

  function stepCharts() {
    return R.tasks.map((task) => {
      const cells = R.cells.filter((cell) => cell.task === task);
      const series = seriesBy(cells, (cell) => cell.gen_length + " tokens · " + R.settingName(cell), (cell) => cell.steps);
      const shown = series.filter((one) => one.points.length > 1);
      return several(shown) ? R.chart(task + ": accuracy over denoising steps", { x: "denoising steps", atValues: true }, shown) : null;
    }).filter(Boolean);
  }

  // Those that no other setting beats in both accuracy and speed.
  R.front = function (points) {
    return points.filter((p) => !points.some((q) => (q.x >= p.x && q.y > p.y) || (q.x > p.x && q.y >= p.y))).sort((a, b) => a.x - b.x);
  };

  function speedCharts() {
    return R.tasks.map((task) => {
      const cells = R.cells.filter((cell) => cell.task === task);
      const speed = (cell) => (cell.tokens_per_second_to_eos > 0 ? cell.tokens_per_second_to_eos : null);
      const series = seriesBy(cells, (cell) => R.sizeName(cell) + " · " + (cell.alpha_soft_mask === null ? cell.name : "with α"), speed);
      const points = series.flatMap((one) => one.points);
      if (points.length < 2) return null;
      for (const one of series) one.line = false;
      const front = R.front(points).map((p) => ({ x: p.x, y: p.y, name: p.name }));
      const xs = points.map((p) => p.x), wide = Math.max(...xs) > 5 * Math.min(...xs);
      return R.chart(task + ": accuracy against speed", { x: "tokens per second to EOS" + (wide ? " (logarithmic)" : ""), log: wide },
                     series.concat([{ label: "front", points: front, rings: true }]));
    }).filter(Boolean);
  }

  function part(title, lead, charts) {
    return charts.length ? [R.heading(title, lead), R.h("div", { class: "charts" }, charts)] : null;
  }

  R.views.push({
    id: "curves", title: "Curves",
    show: () => R.cells.length > 1,
    render: () => {
      if (!R.canDraw) return [R.withoutCharts()];
      const parts = [
        part("Accuracy over α", "Whiskers are 95 % Wilson intervals; level lines are decoders without α.", alphaCharts()),
        part("Accuracy over steps", "Fewer denoising steps decode more tokens at a time.", stepCharts()),
        part("Accuracy against speed", "Up and to the right is better. Rings mark the front: settings that no other beats in both.", speedCharts()),
      ];
      return parts.some(Boolean) ? parts : [R.h("p", { class: "empty" }, "These results vary neither in α nor in steps, and their speed is not known: there is no curve to draw.")];
    },
  });
})(window.R);
