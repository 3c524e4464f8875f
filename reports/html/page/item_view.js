// One item opened: question, gold, and what each setting made of it.
(function (R) {
  "use strict";

  let raw = false;

  function textBlock(text, cls) {
    return R.h("div", { class: "text" + (raw ? " raw" : "") + (cls ? " " + cls : "") }, raw ? text : R.typeset(text));
  }

  // The text up to the first end token, then what followed in short.
  function outputBlock(text) {
    const [said, rest] = R.atEnd(text);
    const block = textBlock(said.replace(/^\s*\n/, ""));
    if (rest) {
      const marks = rest.match(/<\|[a-z_]+\|>/g) || [];
      const other = rest.replace(/<\|[a-z_]+\|>/g, "").trim();
      block.append(R.h("span", { class: "special", title: "what follows the first end token is not read by a scorer" },
        " " + marks[0] + (marks.length > 1 ? " and " + (marks.length - 1) + " more" : "")));
      if (other) {
        return [block, R.h("details", {}, R.h("summary", {}, "after the end token"), R.h("pre", {}, rest))];
      }
    }
    if (!said.trim()) block.prepend(R.h("span", { class: "hint" }, "(empty)"));
    return block;
  }

  const signs = { 1: ["ok", "✓ "], 0: ["bad", "✗ "], null: ["", ""] };

  function gradeBadges(item, task) {
    const badges = [];
    const add = (grader, verdict, answer) => {
      const [cls, sign] = signs[verdict];
      badges.push(R.h("span", { class: "badge " + cls }, sign + grader + ": ", R.typesetAnswer(answer, task)));
    };
    if (R.field(item, "failed")) badges.push(R.h("span", { class: "badge warn" }, "no grade: " + R.field(item, "failed")));
    if (R.field(item, "referenceOk") !== null) add("reference", R.field(item, "referenceOk"), R.field(item, "reference"));
    if (R.field(item, "verifiedOk") !== null) {
      add("verified", R.field(item, "verifiedOk"), R.field(item, "verified"));
      badges.push(R.h("span", { class: "badge" }, "reason: " + R.field(item, "reason")));
    }
    for (const flag of R.field(item, "flags") || []) badges.push(R.h("span", { class: "badge" }, flag));
    if (R.field(item, "referenceOk") !== null && R.field(item, "verifiedOk") !== null && R.field(item, "referenceOk") !== R.field(item, "verifiedOk")) {
      badges.push(R.h("span", { class: "badge warn" }, "graders disagree"));
    }
    if (R.field(item, "nfe") !== null) badges.push(R.h("span", { class: "badge" }, R.field(item, "nfe") + " passes"));
    return R.h("div", { class: "grades" }, badges);
  }

  function replayButton(cell, sample) {
    const question = R.items().samples[sample].question;
    const index = R.traces().findIndex((trace) => trace.record && trace.record.directory === cell.directory && trace.record.setup === cell.setup && trace.record.question === question);
    return index < 0 ? null : R.h("button", { type: "button", class: "quiet", onclick: () => R.openReplay(index) }, "Replay the denoising");
  }

  function outputCard(cellIndex, sample) {
    const cell = R.cells[cellIndex], item = R.items().of(cellIndex, sample);
    if (!item) return R.h("div", { class: "output" }, R.h("h4", {}, R.cellName(cell)), R.h("p", { class: "hint" }, "This item is missing here."));
    return R.h("div", { class: "output" }, R.h("h4", {}, R.mark(R.verdict(item)), " " + R.sizeName(cell) + " · " + cell.name),
      gradeBadges(item, cell.task), outputBlock(R.field(item, "output")), replayButton(cell, sample));
  }

  // Everything about a sample, for the cells given (all of its task's by default).
  R.itemDetail = function (sample, cells) {
    const data = R.items(), about = data.samples[sample], box = R.h("div", { class: "detail" });
    function draw() {
      const prompt = data.prompts[about.prompt];
      const facts = [about.task, about.level && "level " + about.level, about.subject].filter(Boolean).join(" · ");
      R.append(R.clear(box), [
        R.h("div", { class: "filters" }, R.h("span", { class: "hint" }, facts),
          R.h("button", { type: "button", class: "quiet", "aria-pressed": String(raw), onclick: () => { raw = !raw; draw(); } }, raw ? "Typeset" : "Raw text")),
        about.question ? textBlock(about.question) : null,
        R.h("p", {}, R.h("span", { class: "hint" }, "Gold: "), R.typesetAnswer(about.gold, about.task)),
        prompt ? R.h("details", {}, R.h("summary", {}, "Prompt"), R.h("pre", {}, prompt)) : null,
        R.h("div", { class: "outputs" }, (cells || data.cellsOf(sample)).map((cell) => outputCard(cell, sample))),
      ]);
    }
    draw();
    return box;
  };

  function row(sample, cells) {
    const about = R.items().samples[sample];
    const marks = (cells || R.items().cellsOf(sample)).map((cell) => R.mark(R.verdict(R.items().of(cell, sample)), R.cellName(R.cells[cell])));
    const button = R.h("button", { type: "button", "aria-expanded": "false", "data-sample": sample },
      R.h("span", { class: "where" }, (about.task || "?") + " " + about.number),
      R.h("span", { class: "what" }, about.question.replace(/\s+/g, " ").slice(0, 220) || "(no question)"),
      R.h("span", { class: "marks" }, marks));
    const box = R.h("div", { class: "row" }, button);
    button.addEventListener("click", () => {
      const open = button.getAttribute("aria-expanded") === "true";
      button.setAttribute("aria-expanded", String(!open));
      if (open) box.lastChild.remove();
      else box.append(R.itemDetail(sample, cells));
    });
    return box;
  }

  const PAGE = 50;

  // Rows of samples, a page at a time: more come when the end is near.
  R.itemList = function (samples, cells) {
    if (samples.length === 0) return R.h("p", { class: "empty" }, "No items.");
    const list = R.h("div", { class: "list" });
    let shown = 0;
    const more = R.h("button", { type: "button", class: "more", onclick: () => grow() });
    const box = R.h("div", {}, list, more);
    function grow() {
      const end = Math.min(samples.length, shown + PAGE);
      for (; shown < end; shown++) list.append(row(samples[shown], cells));
      more.textContent = "Show more (" + (samples.length - shown) + " left)";
      more.hidden = shown === samples.length;
    }
    grow();
    if (typeof IntersectionObserver === "function") {
      new IntersectionObserver((entries) => { if (entries.some((e) => e.isIntersecting) && !more.hidden) grow(); }, { rootMargin: "300px" }).observe(more);
    }
    return box;
  };
})(window.R);
