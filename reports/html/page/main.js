// Tabs, theme, keys.
(function (R) {
  "use strict";

  const views = R.views.filter((view) => view.show());
  const main = document.getElementById("main"), tabs = document.getElementById("tabs");
  let current = null;

  function draw() {
    R.dropCharts();
    R.replayKeys = null;
    R.append(R.clear(main), [].concat(current.render()));
    if (R.canDraw) R.drawCharts();
  }

  R.go = function (id) {
    const view = views.find((one) => one.id === id) || views[0];
    if (current && current.leave) current.leave();
    current = view;
    for (const tab of tabs.children) {
      const selected = tab.dataset.view === view.id;
      tab.setAttribute("aria-selected", String(selected));
      tab.tabIndex = selected ? 0 : -1;
      if (selected) tabs.scrollLeft = tab.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - tab.offsetWidth) / 2;
    }
    if (location.hash.slice(1) !== view.id) history.replaceState(null, "", "#" + view.id);
    draw();
    scrollTo(0, 0);
  };

  function makeTabs() {
    views.forEach((view, index) => {
      tabs.append(R.h("button", { type: "button", role: "tab", "data-view": view.id, "aria-controls": "main", title: "key " + (index + 1), onclick: () => R.go(view.id) }, view.title));
    });
    tabs.addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!by) return;
      event.stopPropagation();
      const next = (views.indexOf(current) + by + views.length) % views.length;
      R.go(views[next].id);
      tabs.children[next].focus();
    });
  }

  function makeGraderSwitch() {
    if (!R.anyVerified) return;
    const box = document.getElementById("grader-switch");
    box.hidden = false;
    for (const grader of ["reference", "verified"]) {
      box.append(R.h("button", { type: "button", "aria-pressed": String(grader === R.state.grader), onclick: () => {
        R.state.grader = grader;
        for (const button of box.children) button.setAttribute("aria-pressed", String(button.textContent === grader));
        draw();
      } }, grader));
    }
  }

  // The system's theme until the button is pressed. Storage may be denied to a local file.
  function makeTheme() {
    const root = document.documentElement;
    try { if (localStorage.getItem("theme")) root.dataset.theme = localStorage.getItem("theme"); } catch (denied) { /* the system's then */ }
    const dark = () => (root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);
    document.getElementById("theme").addEventListener("click", () => {
      root.dataset.theme = dark() ? "light" : "dark";
      try { localStorage.setItem("theme", root.dataset.theme); } catch (denied) { /* for this visit only */ }
      draw();
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  }

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === "/" && !typing) {
      event.preventDefault();
      R.go("items");
      document.getElementById("search").focus();
    } else if (!typing && /^[1-9]$/.test(event.key) && views[Number(event.key) - 1]) {
      R.go(views[Number(event.key) - 1].id);
    } else if (R.replayKeys && R.replayKeys[event.key] && !typing && event.target.tagName !== "BUTTON") {
      event.preventDefault();
      R.replayKeys[event.key]();
    }
  }

  document.getElementById("title").textContent = R.summary.title;
  document.getElementById("made").textContent = "Made by " + R.summary.made_by + " on " + R.summary.made_at + "." +
    (R.canDraw ? " Charts: Chart.js (MIT)." : "") + (R.canTypeset ? " Mathematics: KaTeX (MIT)." : "");
  makeTabs();
  makeGraderSwitch();
  makeTheme();
  addEventListener("keydown", onKey);
  addEventListener("hashchange", () => R.go(location.hash.slice(1)));
  // A page of traces alone has nothing to overview.
  R.go(location.hash.slice(1) || (R.cells.length === 0 && R.traces().length > 0 ? "replay" : "overview"));
})(window.R);
