// The denoising of a traced sample, step by step.
(function (R) {
  "use strict";

  const STATES = { mask: "mask", softmask: "soft token with mask", soft: "soft token", decoded: "decoded" };
  let chosen = 0;
  let timer = 0;

  function stop() {
    clearInterval(timer);
    timer = 0;
  }

  function tipContent(trace, position, p, frame) {
    const lines = [R.h("div", {}, R.h("b", {}, "position " + p), " · " + STATES[position.state])];
    if (position.token !== null) lines.push(R.h("div", {}, "token ", R.h("code", {}, R.visible(R.tokenText(trace, position.token)))));
    if (frame.revisions[p]) lines.push(R.h("div", {}, "revised " + frame.revisions[p] + (frame.revisions[p] === 1 ? " time" : " times")));
    for (const candidate of position.candidates) {
      const bar = R.h("i");
      bar.style.width = 100 * candidate.weight + "%";
      const isMask = candidate.own && position.state === "softmask";
      lines.push(R.h("div", { class: "cand" }, R.h("span", {}, isMask ? "[mask]" : R.visible(R.tokenText(trace, candidate.id))), R.h("span", { class: "weight" }, bar), R.h("span", {}, candidate.weight.toFixed(3))));
    }
    return lines;
  }

  // A small window beside what it tells of.
  function makeTip() {
    const tip = R.h("div", { class: "tip", hidden: true, role: "tooltip" });
    return {
      element: tip,
      hide: () => { tip.hidden = true; },
      show(target, content) {
        R.append(R.clear(tip), content);
        tip.hidden = false;
        const at = target.getBoundingClientRect(), size = tip.getBoundingClientRect();
        tip.style.left = Math.max(6, Math.min(innerWidth - size.width - 6, at.left)) + "px";
        tip.style.top = (at.bottom + size.height + 10 < innerHeight ? at.bottom + 6 : Math.max(6, at.top - size.height - 6)) + "px";
      },
    };
  }

  function tokenLabel(trace, position) {
    if (position.state === "mask") return "▒";
    if (position.state !== "softmask") return R.visible(R.tokenText(trace, position.token)) || "∅";
    const best = position.candidates.find((c) => !c.own);
    return best ? R.visible(R.tokenText(trace, best.id)) || "∅" : "▒";
  }

  function player(trace) {
    const frames = R.replayFrames(trace), starts = R.blockStarts(trace), tip = makeTip();
    const tokens = frames[0].positions.map((_, p) => R.h("span", { class: "token", "data-position": p }));
    const text = R.h("div", { class: "tokens", tabindex: "0", role: "group", "aria-label": "Tokens; left and right move through positions" });
    tokens.forEach((token, p) => { text.append(token); if (starts.includes(p + 1)) token.classList.add("blockend"); });
    const status = R.h("p", { class: "hint", role: "status" });
    const slider = R.h("input", { type: "range", min: "0", max: frames.length - 1, step: "1", value: "0", "aria-label": "Denoising step", id: "replay-slider", oninput: () => { stop(); go(Number(slider.value)); } });
    const play = R.h("button", { type: "button", class: "play", id: "replay-play", onclick: () => toggle() }, "Play");
    const map = R.replayMap(frames, (frame) => { stop(); go(frame); });
    let current = 0, pointed = -1, pace = 220;

    function point(p) {
      if (pointed >= 0) tokens[pointed].classList.remove("at");
      pointed = p;
      if (p < 0) return tip.hide();
      tokens[p].classList.add("at");
      tip.show(tokens[p], tipContent(trace, frames[current].positions[p], p, frames[current]));
    }
    function go(frame) {
      current = Math.max(0, Math.min(frames.length - 1, frame));
      const { positions, chosen: fixed, revised, revisions, block } = frames[current];
      const count = { mask: 0, softmask: 0, soft: 0, decoded: 0 };
      positions.forEach((position, p) => {
        count[position.state]++;
        tokens[p].textContent = tokenLabel(trace, position);
        tokens[p].className = "token " + position.state + (fixed.has(p) ? " new" : "") + (revised.has(p) || revisions[p] ? " revised" : "") + (starts.includes(p + 1) ? " blockend" : "") + (p === pointed ? " at" : "");
      });
      slider.value = current;
      slider.setAttribute("aria-valuetext", "after step " + current);
      const place = current === 0 ? "before the first step" : current > trace.steps.length ? "finished" : "after step " + current + " of " + trace.steps.length + ", block " + (starts.indexOf(block) + 1) + " of " + starts.length;
      status.textContent = place + " · " + Object.entries(count).filter(([, n]) => n).map(([state, n]) => n + " " + STATES[state]).join(" · ") + (revised.size ? " · " + revised.size + " revised now" : "");
      play.textContent = timer ? "Pause" : "Play";
      map.show(current);
      if (pointed >= 0) point(pointed);
    }
    function toggle() {
      if (timer) { stop(); return go(current); }
      if (current === frames.length - 1) current = 0;
      timer = setInterval(() => {
        if (current === frames.length - 1 || !text.isConnected) stop();
        if (text.isConnected) go(timer ? current + 1 : current);
      }, pace);
      go(current);
    }
    text.addEventListener("pointerover", (event) => { if (event.target.dataset.position) point(Number(event.target.dataset.position)); });
    text.addEventListener("pointerleave", () => point(-1));
    text.addEventListener("blur", () => point(-1));
    text.addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!by) return;
      event.preventDefault();
      event.stopPropagation();
      point(Math.max(0, Math.min(tokens.length - 1, pointed + by)));
    });
    R.replayKeys = { " ": toggle, ArrowRight: () => { stop(); go(current + 1); }, ArrowLeft: () => { stop(); go(current - 1); } };
    const step = (label, sign, by) => R.h("button", { type: "button", "aria-label": label, onclick: () => { stop(); go(by === null ? 0 : current + by); } }, sign);
    const speeds = [["slow", 600], ["normal", 220], ["fast", 70]].map(([label, value]) => ({ value, label }));
    requestAnimationFrame(() => go(0));
    return [
      R.h("div", { class: "controls" }, step("To the start", "|◀", null), step("One step back", "◀", -1), play, step("One step on", "▶", 1), slider,
        R.select("", speeds, pace, (value) => { pace = Number(value); if (timer) { stop(); toggle(); } })),
      status, text, legend(),
      R.heading("Map", "Positions across, steps down. A dark bar is a token fixed in that step, a full cell one revised. Press or drag to move."), map.element, tip.element,
    ];
  }

  function legend() {
    const sign = (cls, label, words) => R.h("span", {}, R.h("span", { class: "token " + cls }, label), " " + words);
    return R.h("div", { class: "legend" }, sign("mask", "▒", "mask"), sign("softmask", "word", "soft token with mask: its likeliest candidate"), sign("soft", "word", "soft token, fixed but revisable"), sign("decoded", "word", "decoded"), sign("new", "word", "fixed in this step"), sign("decoded revised", "word", "revised"));
  }

  R.openReplay = function (index) {
    chosen = index;
    R.go("replay");
  };

  function render() {
    stop();
    const traces = R.traces(), box = R.h("div", {}, player(traces[chosen]));
    const unnamed = Object.keys(traces[chosen].tokens).length === 0;
    return [
      R.heading("Denoising, step by step", "Each position evolves from mask to soft token to text and may be revised within its block. Point at a token for its candidates and their weights."),
      R.h("div", { class: "filters" }, R.select("Trace", traces.map((trace, index) => ({ value: index, label: trace.label + (trace.record ? " · " + trace.record.setup : "") })), chosen, (value) => R.openReplay(Number(value)))),
      unnamed ? R.h("p", { class: "notice" }, "No tokenizer was at hand, so tokens stand as their ids; evotoken-report --model_path names them.") : null,
      box,
    ];
  }

  R.views.push({ id: "replay", title: "Replay", show: () => R.traces().length > 0, render, leave: stop });
})(window.R);
