// The reference grader beside the verified one, and where they disagree.
(function (R) {
  "use strict";

  function counts(cell) {
    const table = { bothRight: 0, onlyReference: 0, onlyVerified: 0, bothWrong: 0, ungraded: 0, reasons: new Map(), disagreements: [] };
    for (const item of R.items().cells[cell]) {
      const reference = R.field(item, "referenceOk"), verified = R.field(item, "verifiedOk");
      if (reference === null || verified === null) { table.ungraded++; continue; }
      if (reference && verified) table.bothRight++;
      else if (reference) table.onlyReference++;
      else if (verified) table.onlyVerified++;
      else table.bothWrong++;
      if (reference !== verified) table.disagreements.push(item[0]);
      const reason = R.field(item, "reason") || "–";
      table.reasons.set(reason, (table.reasons.get(reason) || 0) + 1);
    }
    return table;
  }

  function square(table) {
    const row = (name, right, wrong, strong) => R.h("tr", {}, R.h("th", { scope: "row" }, name), R.h("td", { class: strong === 0 ? "strong" : null }, right), R.h("td", { class: strong === 1 ? "strong" : null }, wrong));
    return R.h("table", { class: "square" },
      R.h("thead", {}, R.h("tr", {}, R.h("th"), R.h("th", { scope: "col" }, "verified ✓"), R.h("th", { scope: "col" }, "verified ✗"))),
      R.h("tbody", {}, row("reference ✓", table.bothRight, table.onlyReference, 1), row("reference ✗", table.onlyVerified, table.bothWrong, 0)));
  }

  function cellCard(cell, index) {
    const table = counts(index);
    const reasons = [...table.reasons].sort((a, b) => b[1] - a[1]).map(([reason, count]) => reason + " " + count).join(" · ");
    const list = R.h("details", {}, R.h("summary", {}, table.disagreements.length + " disagreements"));
    list.addEventListener("toggle", () => {
      if (list.open && list.children.length === 1) list.append(R.itemList(table.disagreements, [index]));
    });
    return R.h("div", { class: "card" }, R.h("h3", {}, R.cellName(cell)), square(table),
      R.h("p", { class: "hint" }, "Reasons: " + reasons),
      table.ungraded ? R.h("p", { class: "hint" }, table.ungraded + " items lack one of the grades.") : null,
      table.disagreements.length ? list : R.h("p", { class: "hint" }, "They agree on every item."));
  }

  R.views.push({
    id: "graders", title: "Graders",
    show: () => R.cells.length > 0,
    render: () => {
      const lead = "The reference grader computes what the published parser computes; the verified grader says what is true.";
      if (!R.cells.some((cell) => cell.verified)) {
        return [R.heading("Both graders", lead), R.h("p", { class: "notice" }, "The verified grader did not run on these results, so there is nothing to compare the reference grader with.")];
      }
      return [R.heading("Both graders", lead), R.h("div", { class: "grid2" }, R.cells.map((cell, index) => (cell.verified ? cellCard(cell, index) : null)))];
    },
  });
})(window.R);
