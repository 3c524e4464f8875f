// MATH500 by level and by subject (any data that has them).
(function (R) {
  "use strict";

  const cellsWith = (kind) => R.cells.filter((cell) => Object.keys(cell[kind]).length > 0);

  function table(kind, title) {
    const cells = cellsWith(kind);
    const labels = [...new Set(cells.flatMap((cell) => Object.keys(cell[kind])))].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
    const group = (cell, label) => (cell[kind][label] || {})[R.state.grader] || null;
    const columns = [{ title, head: true, value: (label) => label, cell: (label) => label }];
    for (const cell of cells) {
      columns.push({
        title: R.sizeName(cell) + " · " + R.settingName(cell),
        value: (label) => (group(cell, label) || { accuracy_frac: null }).accuracy_frac,
        cell: (label) => R.accuracyCell(group(cell, label)),
      });
    }
    return R.sortableTable(columns, labels);
  }

  R.views.push({
    id: "levels", title: "MATH500",
    show: () => cellsWith("levels").length + cellsWith("subjects").length > 0,
    render: () => [
      R.heading("By level", "Level 1 is the easiest. Few items make wide intervals: read them before the numbers."),
      cellsWith("levels").length ? table("levels", "Level") : R.h("p", { class: "empty" }, "No levels known."),
      R.heading("By subject"),
      cellsWith("subjects").length ? table("subjects", "Subject") : R.h("p", { class: "empty" }, "No subjects known."),
    ],
  });
})(window.R);
