// The data blocks, and the questions that the views ask of them.
(function (R) {
  "use strict";

  const read = (id) => JSON.parse(document.getElementById(id).textContent);

  R.summary = read("summary-data");
  R.cells = R.summary.cells;
  R.tasks = [...new Set(R.cells.map((cell) => cell.task).filter(Boolean))];
  R.anyVerified = R.cells.some((cell) => cell.verified);
  R.state = { grader: "reference" };

  let traces = null;
  R.traces = () => traces || (traces = read("trace-data"));

  // Fields of an item as item_data.cc writes them.
  const FIELDS = { sample: 0, output: 1, reference: 2, referenceOk: 3, verified: 4, verifiedOk: 5,
                   reason: 6, flags: 7, failed: 8, nfe: 9 };
  R.field = (item, name) => (item ? item[FIELDS[name]] : null);

  let items = null;
  // {samples, prompts, cells, of(cell, sample) → item or undefined}; read at first use.
  R.items = function () {
    if (items) return items;
    items = read("item-data");
    const counts = {};
    // Where the test set is not known, a problem's number is its place in the results.
    for (const sample of items.samples) sample.number ??= counts[sample.task] = (counts[sample.task] ?? -1) + 1;
    const places = items.cells.map((list) => {
      const place = new Map();
      list.forEach((item) => { if (!place.has(item[0])) place.set(item[0], item); });
      return place;
    });
    items.of = (cell, sample) => places[cell].get(sample);
    const cellsOfTask = new Map();
    R.cells.forEach((cell, index) => {
      if (!cellsOfTask.has(cell.task)) cellsOfTask.set(cell.task, []);
      cellsOfTask.get(cell.task).push(index);
    });
    items.cellsOf = (sample) => cellsOfTask.get(items.samples[sample].task || null) || [];
    return items;
  };

  // 1, 0 or null by the grader that is shown.
  R.verdict = function (item, grader) {
    if (!item) return null;
    return R.field(item, (grader || R.state.grader) === "verified" ? "verifiedOk" : "referenceOk");
  };

  R.accuracy = (cell, grader) => cell[grader || R.state.grader] || null;

  R.sizeName = function (cell) {
    if (cell.gen_length === null) return cell.setup;
    return cell.steps === null ? String(cell.gen_length) : cell.gen_length + " / " + cell.steps;
  };

  R.cellName = (cell) => [cell.task || "unknown task", R.sizeName(cell), cell.name].join(" · ");

  // "α 0.7" for EvoToken's folders, else the folder's name.
  R.settingName = (cell) => (cell.alpha_soft_mask === null ? cell.name : "α " + cell.alpha_soft_mask);

  // Cuts an output where the model ended it: what a scorer reads, and what came after.
  R.atEnd = function (text) {
    const end = text.search(/<\|(eot_id|endoftext)\|>/);
    return end < 0 ? [text, ""] : [text.slice(0, end), text.slice(end)];
  };
})(window.R);
