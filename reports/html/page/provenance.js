// What is missing or doubled, and how the runs were made.
(function (R) {
  "use strict";

  function facts(object, skip) {
    const list = R.h("dl", { class: "facts" });
    for (const [name, value] of Object.entries(object || {})) {
      if (value === null || value === "" || (skip || []).includes(name)) continue;
      const text = typeof value === "object" ? JSON.stringify(value, null, 1) : String(value);
      R.append(list, [R.h("dt", {}, name), R.h("dd", {}, name === "command_line" && Array.isArray(value) ? R.h("code", {}, value.join(" ")) : text)]);
    }
    return list;
  }

  function audit() {
    const { files, items, findings } = R.summary.audit;
    const lead = files + " files, " + items + " items: " + (findings.length ? findings.length + " things to know before the figures are believed." : "nothing missing, doubled, stale or unreadable was found.");
    if (!findings.length) return [R.heading("Coverage audit", lead)];
    return [R.heading("Coverage audit", lead), R.sortableTable([
      { title: "Finding", head: true, value: (f) => f.kind, cell: (f) => R.h("span", { class: "badge warn" }, f.kind.replace(/_/g, " ")) },
      { title: "What", value: (f) => f.detail, cell: (f) => f.detail },
      { title: "Where", value: (f) => f.path, cell: (f) => R.h("span", { class: "hint" }, f.path) },
    ], findings)];
  }

  function lmEval() {
    const figures = R.summary.lm_eval;
    if (!figures.length) return null;
    return [R.heading("What lm-eval said", "From its results_*.json beside the samples; its own answer filters and metrics, not our graders."), R.sortableTable([
      { title: "Task", head: true, value: (f) => f.task, cell: (f) => f.task },
      { title: "Metric", value: (f) => f.metric, cell: (f) => f.metric },
      { title: "Filter", value: (f) => f.filter, cell: (f) => f.filter || "–" },
      { title: "Value", numeric: true, value: (f) => f.value, cell: (f) => f.value.toFixed(4) + (f.stderr === null ? "" : " ± " + f.stderr.toFixed(4)) },
      { title: "Samples", numeric: true, value: (f) => f.samples, cell: (f) => f.samples ?? "–" },
      { title: "File", cell: (f) => R.h("span", { class: "hint" }, f.file) },
    ], figures)];
  }

  function run(one) {
    const p = one.provenance || {};
    const flags = p.flags || {};
    return R.h("div", { class: "card" }, R.h("h3", {}, one.directory), facts(p, ["flags", "hashes"]),
      R.h("details", {}, R.h("summary", {}, "Flags"), facts(flags, ["cells"])),
      p.hashes ? R.h("details", {}, R.h("summary", {}, "Content hashes"), Object.entries(p.hashes).map(([kind, hashes]) => [R.h("h3", {}, kind), facts(hashes)])) : null,
      one.earlier.length ? R.h("details", {}, R.h("summary", {}, one.earlier.length + " earlier runs into this folder"), one.earlier.map((e) => facts(e, ["flags", "hashes"]))) : null);
  }

  R.views.push({
    id: "provenance", title: "Audit",
    show: () => true,
    render: () => [
      audit(),
      lmEval(),
      R.heading("Provenance", R.summary.runs.length ? "As the results.json beside each folder's results tells it." : "No results.json lies beside these results: who made them, with which model, data and flags, is not known."),
      R.summary.runs.map(run),
    ],
  });
})(window.R);
