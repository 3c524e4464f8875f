// Two settings on the same items: what was lost, what was gained, and whether that means anything.
(function (R) {
  "use strict";

  const chosen = { a: null, b: null };

  // The comparison of cells a and b as the program made it, turned round where it was b and a.
  function pairOf(a, b) {
    for (const pair of R.summary.pairs) {
      const same = pair.a === a && pair.b === b, turned = pair.a === b && pair.b === a;
      if (!same && !turned) continue;
      const result = pair.graders.find((g) => g.grader === R.state.grader);
      if (!result) return null;
      if (same) return result;
      return Object.assign({}, result, { only_a: result.only_b, only_b: result.only_a, difference_frac: -result.difference_frac,
                                         interval_frac: [-result.interval_frac[1], -result.interval_frac[0]] });
    }
    return null;
  }

  function flips(a, b) {
    const lost = [], gained = [];
    for (const item of R.items().cells[a]) {
      const before = R.verdict(item), now = R.verdict(R.items().of(b, item[0]));
      if (before === 1 && now === 0) lost.push(item[0]);
      if (before === 0 && now === 1) gained.push(item[0]);
    }
    return { lost, gained };
  }

  // The first decoder without α against the first with it, on one setup; else the first two.
  function defaultPair() {
    for (let a = 0; a < R.cells.length; a++) {
      for (let b = 0; b < R.cells.length; b++) {
        if (R.cells[a].alpha_soft_mask === null && R.cells[b].alpha_soft_mask !== null && R.cells[a].setup === R.cells[b].setup && R.cells[a].task === R.cells[b].task) return [a, b];
      }
    }
    const pair = R.summary.pairs[0];
    return pair ? [pair.a, pair.b] : [0, 0];
  }

  function figures(a, b, changed) {
    const pair = pairOf(a, b);
    const wins = R.h("table", { class: "square" },
      R.h("thead", {}, R.h("tr", {}, R.h("th"), R.h("th", { scope: "col" }, "B ✓"), R.h("th", { scope: "col" }, "B ✗"))),
      R.h("tbody", {},
        R.h("tr", {}, R.h("th", { scope: "row" }, "A ✓"), R.h("td", {}, pair ? pair.both : "–"), R.h("td", { class: "strong" }, changed.lost.length)),
        R.h("tr", {}, R.h("th", { scope: "row" }, "A ✗"), R.h("td", { class: "strong" }, changed.gained.length), R.h("td", {}, pair ? pair.neither : "–"))));
    if (!pair) return R.h("div", { class: "card" }, wins, R.h("p", { class: "hint" }, "No test was made for this pair."));
    const significant = pair.p_holm < 0.05;
    return R.h("div", { class: "grid2" },
      R.h("div", { class: "card" }, R.h("h3", {}, "B minus A"), R.h("div", { class: "big" }, R.points(pair.difference_frac) + " points"),
        R.h("p", { class: "hint" }, "95 % bootstrap interval " + R.points(pair.interval_frac[0]) + " to " + R.points(pair.interval_frac[1])),
        R.h("p", {}, R.h("span", { class: "badge " + (significant ? (pair.difference_frac < 0 ? "bad" : "ok") : "") }, significant ? "significant at 5 %" : "not significant"),
          " p " + R.pValue(pair.p) + " (mid-p McNemar), " + R.pValue(pair.p_holm) + " after Holm over " + R.summary.pairs.length + " pairs")),
      R.h("div", { class: "card" }, R.h("h3", {}, "Items"), wins));
  }

  function render() {
    if (chosen.a === null) [chosen.a, chosen.b] = defaultPair();
    const box = R.h("div");
    const options = (keep) => R.cells.map((cell, index) => ({ value: index, label: R.cellName(cell), task: cell.task })).filter(keep);
    function draw() {
      if (R.cells[chosen.b].task !== R.cells[chosen.a].task) {
        chosen.b = R.cells.findIndex((cell, index) => cell.task === R.cells[chosen.a].task && index !== chosen.a);
        if (chosen.b < 0) chosen.b = chosen.a;
      }
      const changed = flips(chosen.a, chosen.b);
      R.append(R.clear(box), [
        R.h("div", { class: "filters" },
          R.select("A", options(() => true), chosen.a, (value) => { chosen.a = Number(value); draw(); }),
          R.select("B", options((o) => o.task === R.cells[chosen.a].task), chosen.b, (value) => { chosen.b = Number(value); draw(); })),
        figures(chosen.a, chosen.b, changed),
        R.heading("Lost: correct in A, wrong in B (" + changed.lost.length + ")"), R.itemList(changed.lost, [chosen.a, chosen.b]),
        R.heading("Gained: wrong in A, correct in B (" + changed.gained.length + ")"), R.itemList(changed.gained, [chosen.a, chosen.b]),
      ]);
    }
    draw();
    return [R.heading("Flipped items", "Two settings on the same items, by the " + R.state.grader + " grader. Only items that flip say which is better."), box];
  }

  R.views.push({ id: "flips", title: "Flips", show: () => R.summary.pairs.length > 0, render });
})(window.R);
