// Losses of training runs.
(function (R) {
  "use strict";

  R.views.push({
    id: "training", title: "Training",
    show: () => R.summary.losses.length > 0,
    render: () => {
      if (!R.canDraw) return [R.withoutCharts()];
      const series = R.summary.losses.map((curve) => ({
        label: curve.label, line: "only", points: curve.updates.map((update, i) => ({ x: update, y: curve.losses[i] })),
      }));
      return [R.heading("Loss over updates", "Each point is the mean of a stretch of updates."),
              R.chart("training loss", { x: "update", y: "loss" }, series)];
    },
  });
})(window.R);
