// Small signs that come again in every view: verdicts, accuracies, intervals. Never colour alone.
(function (R) {
  "use strict";

  R.percent = (frac, digits) => (frac === null || frac === undefined ? "–" : (100 * frac).toFixed(digits === undefined ? 2 : digits));
  R.number = (value, digits) => (value === null || value === undefined ? "–" : value.toLocaleString("en", { maximumFractionDigits: digits === undefined ? 1 : digits }));
  R.points = (frac) => (frac > 0 ? "+" : frac < 0 ? "−" : "±") + Math.abs(100 * frac).toFixed(2);
  R.pValue = (p) => (p === undefined || p === null ? "–" : p < 0.0001 ? "< 0.0001" : p.toFixed(4));

  R.mark = function (verdict, name) {
    const [sign, cls, word] = verdict === 1 ? ["✓", "ok", "correct"]
      : verdict === 0 ? ["✗", "bad", "wrong"] : ["·", "none", "no grade"];
    const label = name ? name + ": " + word : word;
    return R.h("span", { class: "mark " + cls, role: "img", "aria-label": label, title: label }, sign);
  };

  R.intervalText = (accuracy) => (accuracy && accuracy.wilson_95_frac
    ? R.percent(accuracy.wilson_95_frac[0], 1) + "–" + R.percent(accuracy.wilson_95_frac[1], 1) : "–");

  // Where the accuracy and its interval lie between 0 and 100 %.
  R.track = function (accuracy) {
    const range = R.h("i"), dot = R.h("b");
    const [low, high] = accuracy.wilson_95_frac;
    range.style.left = 100 * low + "%";
    range.style.width = Math.max(1, 100 * (high - low)) + "%";
    dot.style.left = 100 * accuracy.accuracy_frac + "%";
    return R.h("span", { class: "track", "aria-hidden": "true" }, range, dot);
  };

  R.accuracyCell = function (accuracy, options) {
    if (!accuracy || accuracy.accuracy_frac === null) return "–";
    const best = options && options.best;
    return R.h("span", { class: "accuracy", title: accuracy.correct + " of " + accuracy.processed + " correct; 95 % Wilson interval " + R.intervalText(accuracy) },
      R.h("b", { class: best ? "best" : null }, R.percent(accuracy.accuracy_frac)),
      best ? R.h("span", { class: "hint", title: "highest of this column" }, " ▲") : null,
      R.track(accuracy),
      R.h("span", { class: "sub" }, R.intervalText(accuracy) + " · n " + accuracy.processed),
      options && options.other ? R.h("span", { class: "sub" }, options.other) : null,
      options && options.remark ? R.h("span", { class: "sub warn" }, options.remark) : null);
  };

  R.heading = (title, lead) => [R.h("h2", {}, title), lead ? R.h("p", { class: "lead" }, lead) : null];
})(window.R);
