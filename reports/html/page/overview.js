// The first view: setting × task with intervals, the maximum over α, seeds, speed.
(function (R) {
  "use strict";

  // Cells of one setting, length and number of steps, by task.
  function overviewRows() {
    const rows = new Map();
    for (const cell of R.cells) {
      const named = cell.gen_length !== null;
      const key = [cell.directory, cell.gen_length, cell.steps, named ? "" : cell.setup].join("\n");
      if (!rows.has(key)) rows.set(key, { cell, byTask: new Map() });
      rows.get(key).byTask.set(cell.task, cell);
    }
    return [...rows.values()];
  }

  function remark(cell) {
    const parts = [];
    if (cell.missing) parts.push(cell.missing + " missing");
    if (cell.failed) parts.push(cell.failed + " failed");
    if (cell.no_gold) parts.push(cell.no_gold + " without gold");
    return parts.join(", ");
  }

  // The grader that is not shown, in short.
  function otherGrader(cell) {
    const grader = R.state.grader === "reference" ? "verified" : "reference";
    const accuracy = R.accuracy(cell, grader);
    return accuracy && accuracy.accuracy_frac !== null ? grader + " " + R.percent(accuracy.accuracy_frac) : null;
  }

  const frac = (cell) => (cell && R.accuracy(cell) ? R.accuracy(cell).accuracy_frac : null);

  function overviewTable() {
    const rows = overviewRows();
    // Cells of other numbers of items are of other items: each is marked among its like.
    const isBest = (task, cell) => {
      const items = (other) => R.accuracy(other)?.processed;
      const like = rows.map((row) => row.byTask.get(task)).filter((other) => other && items(other) === items(cell));
      return like.length > 1 && frac(cell) > 0 && frac(cell) === Math.max(...like.map(frac));
    };
    const columns = [
      { title: "Setting", head: true, value: (row) => row.cell.name, cell: (row) => R.h("span", { title: row.cell.directory }, row.cell.name) },
      { title: "Length / steps", numeric: true, value: (row) => row.cell.gen_length * 1e6 + row.cell.steps, cell: (row) => R.sizeName(row.cell) },
    ];
    for (const task of R.tasks) {
      columns.push({
        title: task, value: (row) => frac(row.byTask.get(task)), numeric: false, descendingFirst: true,
        cell: (row) => {
          const cell = row.byTask.get(task);
          return cell ? R.accuracyCell(R.accuracy(cell), { remark: remark(cell), other: otherGrader(cell), best: isBest(task, cell) }) : "–";
        },
      });
    }
    return R.sortableTable(columns, rows);
  }

  function bestTable() {
    const checked = R.summary.best.some((best) => best.selection);
    const columns = [
      { title: "Setup", head: true, value: (b) => b.setup, cell: (b) => b.setup },
      { title: "Maximum, as published", value: (b) => b.reference.accuracy_frac, cell: (b) => R.accuracyCell(b.reference) },
      { title: "k", numeric: true, value: (b) => b.k_soft, cell: (b) => b.k_soft },
      { title: "α", numeric: true, value: (b) => Number(b.alpha_soft_mask), cell: (b) => b.alpha_soft_mask },
      { title: "Chosen from", numeric: true, value: (b) => b.directories, cell: (b) => b.directories },
    ];
    if (checked) {
      columns.push(
        { title: "Held-out %", numeric: true, value: (b) => b.selection && b.selection.held_out_frac,
          cell: (b) => (b.selection ? R.percent(b.selection.held_out_frac) + " ± " + R.percent(b.selection.held_out_deviation_frac) : "–") },
        { title: "Selection bias", numeric: true, value: (b) => b.selection && b.selection.bias_frac,
          cell: (b) => (b.selection ? R.points(b.selection.bias_frac) + " points" : "–") });
    }
    if (new Set(R.summary.best.map((b) => b.family)).size > 1) columns.push({ title: "Base", value: (b) => b.family, cell: (b) => b.family });
    return [R.heading("Maximum over α", R.summary.best_label + ". " + (checked ? R.summary.selection_note + "." : "")),
            R.sortableTable(columns, R.summary.best)];
  }

  function seedsTable() {
    const spread = (s) => (s ? R.percent(s.mean_frac) + " ± " + R.percent(s.deviation_frac) : "–");
    return [R.heading("Over seeds", "Mean and standard deviation between runs that differ in their seed alone."),
      R.sortableTable([
        { title: "Setup", head: true, value: (s) => s.setup, cell: (s) => s.setup },
        { title: "Directory", value: (s) => s.directory, cell: (s) => s.directory },
        { title: "Reference %", numeric: true, value: (s) => s.reference.mean_frac, cell: (s) => spread(s.reference) },
        { title: "Verified %", numeric: true, value: (s) => s.verified && s.verified.mean_frac, cell: (s) => spread(s.verified) },
        { title: "Seeds", cell: (s) => s.seeds.join(", ") },
      ], R.summary.seeds)];
  }

  // A cell's own figures, titled as in all reports (reports/cell_figures.h).
  function ownFigure(figure) {
    const value = (c) => (figure.of_latency ? c.latency_s && c.latency_s[figure.name] : c[figure.name]);
    const rounded = (v) => (figure.significant ? R.number(Number(v.toPrecision(figure.digits)), 20) : R.number(v, figure.digits));
    return [figure.title, value, (v) => rounded(v * figure.title_units)];
  }

  const FIGURES = [
    ...R.summary.figures.map(ownFigure),
    ["load s", (c) => c.load_s, (v) => R.number(v)],
    ["warm-up s", (c) => c.warm_up_s, (v) => R.number(v)],
    ["peak memory", (c) => c.peak_memory_bytes, (v) => R.number(v / 1e9, 2) + " GB"],
    ["peak GPU memory", (c) => c.peak_device_memory_bytes, (v) => R.number(v / 1e9, 2) + " GB"],
  ];

  function speedTable() {
    const known = FIGURES.filter(([, value]) => R.cells.some((cell) => (value(cell) ?? null) !== null));
    if (known.length === 0) return null;
    const columns = [
      { title: "Task", head: true, value: (c) => c.task || "", cell: (c) => c.task || "–" },
      { title: "Length / steps", numeric: true, value: (c) => c.gen_length * 1e6 + c.steps, cell: (c) => R.sizeName(c) },
      { title: "Setting", value: (c) => c.name, cell: (c) => c.name },
      { title: "Accuracy %", numeric: true, value: frac, cell: (c) => R.percent(frac(c)) },
    ];
    for (const [title, value, text] of known) {
      columns.push({ title, numeric: true, value: (c) => value(c) ?? null, cell: (c) => ((value(c) ?? null) === null ? "–" : text(value(c))) });
    }
    return [R.heading("Speed", "Beside the accuracy it was reached with, per worker. Percentiles are of a sample's latency; load, warm-up and memory are of the whole run."), R.sortableTable(columns, R.cells)];
  }

  R.views = [{
    id: "overview", title: "Overview", show: () => true,
    render: () => [
      R.heading("Accuracy", "Percent correct by the " + R.state.grader + " grader, with Wilson's 95 % interval. ▲ is the highest of its column among settings with as many items; intervals that overlap do not by themselves say that two settings are equal – see Flips."),
      R.cells.length ? overviewTable() : R.h("p", { class: "empty" }, "No graded results."),
      R.summary.best.length ? bestTable() : null,
      R.summary.seeds.length ? seedsTable() : null,
      speedTable(),
    ],
  }];
})(window.R);
