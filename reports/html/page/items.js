// Every item, searchable.
(function (R) {
  "use strict";

  const filter = { text: "", task: "", verdict: "", cell: "", level: "", subject: "", reason: "" };

  // Everything that can be searched of a sample, in lower case; made at the first search.
  let texts = null;
  function searchable(sample) {
    const data = R.items();
    if (!texts) texts = new Array(data.samples.length);
    if (texts[sample] === undefined) {
      const about = data.samples[sample];
      const parts = [about.question, JSON.stringify(about.gold), about.subject];
      for (const cell of data.cellsOf(sample)) {
        const item = data.of(cell, sample);
        if (item) parts.push(R.field(item, "output"), JSON.stringify(R.field(item, "reference")), R.field(item, "reason"), R.field(item, "failed") || "");
      }
      texts[sample] = parts.join("\n").toLowerCase();
    }
    return texts[sample];
  }

  const VERDICTS = {
    all_correct: ["correct everywhere", (verdicts) => verdicts.every((v) => v === 1)],
    any_wrong: ["wrong somewhere", (verdicts) => verdicts.some((v) => v === 0)],
    all_wrong: ["wrong everywhere", (verdicts) => verdicts.every((v) => v === 0)],
    differ: ["settings differ", (verdicts) => verdicts.includes(0) && verdicts.includes(1)],
    no_grade: ["no grade somewhere", (verdicts) => verdicts.includes(null)],
  };

  function matches(sample) {
    const data = R.items(), about = data.samples[sample];
    if (filter.task && about.task !== filter.task) return false;
    if (filter.level && about.level !== filter.level) return false;
    if (filter.subject && about.subject !== filter.subject) return false;
    const cells = filter.cell === "" ? data.cellsOf(sample) : [Number(filter.cell)];
    const items = cells.map((cell) => data.of(cell, sample)).filter(Boolean);
    if (items.length === 0) return false;
    if (filter.reason && !items.some((item) => R.field(item, "reason") === filter.reason)) return false;
    if (filter.verdict === "disagree") {
      if (!items.some((item) => R.field(item, "verifiedOk") !== null && R.field(item, "verifiedOk") !== R.field(item, "referenceOk"))) return false;
    } else if (filter.verdict && !VERDICTS[filter.verdict][1](items.map((item) => R.verdict(item)))) {
      return false;
    }
    return filter.text === "" || searchable(sample).includes(filter.text.toLowerCase());
  }

  function options(any, values) {
    return [{ value: "", label: any }].concat(values.map((value) => (typeof value === "string" ? { value, label: value } : value)));
  }

  const different = (key) => [...new Set(R.items().samples.map((sample) => sample[key]).filter(Boolean))].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));

  function reasons() {
    const found = new Set();
    for (const cell of R.items().cells) for (const item of cell) if (R.field(item, "reason")) found.add(R.field(item, "reason"));
    return [...found].sort();
  }

  function render() {
    const samples = R.items().samples.map((_, index) => index);
    const result = R.h("div"), count = R.h("p", { class: "hint", role: "status", "aria-live": "polite" });
    function update() {
      const found = samples.filter(matches);
      count.textContent = found.length + " of " + samples.length + " items";
      R.append(R.clear(result), [R.itemList(found, filter.cell === "" ? null : [Number(filter.cell)])]);
    }
    const choose = (key) => (value) => { filter[key] = value; update(); };
    let waiting = 0;
    const search = R.h("input", { type: "search", id: "search", placeholder: "Search questions, outputs, answers, reasons", "aria-label": "Search items",
      oninput: () => { clearTimeout(waiting); waiting = setTimeout(() => { filter.text = search.value; update(); }, 120); } });
    search.value = filter.text;
    const verdicts = Object.entries(VERDICTS).map(([value, [label]]) => ({ value, label }));
    if (R.anyVerified) verdicts.push({ value: "disagree", label: "graders disagree" });
    const selects = [
      R.tasks.length > 1 && R.select("Task", options("all", R.tasks), filter.task, choose("task")),
      R.select("Verdict", options("any", verdicts), filter.verdict, choose("verdict")),
      R.cells.length > 1 && R.select("In", options("all settings", R.cells.map((cell, index) => ({ value: String(index), label: R.cellName(cell) }))), filter.cell, choose("cell")),
      different("level").length > 0 && R.select("Level", options("any", different("level")), filter.level, choose("level")),
      different("subject").length > 0 && R.select("Subject", options("any", different("subject")), filter.subject, choose("subject")),
      reasons().length > 0 && R.select("Reason", options("any", reasons()), filter.reason, choose("reason")),
    ];
    update();
    return [
      R.canTypeset ? null : R.h("p", { class: "notice" }, "This report was made by a build without KaTeX (package libjs-katex), so mathematics stands as it was written."),
      R.h("div", { class: "filters" }, search, selects), count, result,
    ];
  }

  R.views.push({ id: "items", title: "Items", show: () => R.cells.length > 0, render });
})(window.R);
