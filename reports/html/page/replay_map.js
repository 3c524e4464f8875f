// The whole denoising at a glance: positions across, steps down.
(function (R) {
  "use strict";

  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function rowHeight(frames) { return Math.max(2, Math.min(8, Math.floor(360 / frames.length))); }

  function paint(canvas, frames, current) {
    const positions = frames[0].positions.length, height = rowHeight(frames);
    const width = Math.max(1, Math.floor((canvas.clientWidth || 800) / positions));
    canvas.width = width * positions;
    canvas.height = height * frames.length;
    const ctx = canvas.getContext("2d");
    const colours = { mask: css("--state-mask"), softmask: css("--state-softmask"), soft: css("--state-soft"), decoded: css("--card") };
    frames.forEach((frame, f) => {
      frame.positions.forEach((position, p) => {
        ctx.fillStyle = colours[position.state];
        ctx.fillRect(p * width, f * height, width, height);
        const sign = frame.revised.has(p) ? css("--state-revised") : frame.chosen.has(p) ? css("--fg") : null;
        if (!sign) return;
        ctx.fillStyle = sign;  // a bar where a token is fixed, a full cell where it is revised
        if (frame.revised.has(p)) ctx.fillRect(p * width, f * height, width, height);
        else ctx.fillRect(p * width, f * height + height - Math.max(1, height / 3), width, Math.max(1, height / 3));
      });
    });
    ctx.strokeStyle = css("--accent");
    ctx.lineWidth = 2;
    ctx.strokeRect(1, current * height, canvas.width - 2, height);
  }

  // go(frame) is called when the map is pressed or dragged over.
  R.replayMap = function (frames, go) {
    const canvas = R.h("canvas", { class: "map", role: "img", "aria-label": "Map of the denoising: " + frames[0].positions.length + " positions across, " + frames.length + " states down. The slider above moves through it." });
    function frameAt(event) {
      const box = canvas.getBoundingClientRect();
      return Math.max(0, Math.min(frames.length - 1, Math.floor((event.clientY - box.top) / box.height * frames.length)));
    }
    let pressed = false;
    canvas.addEventListener("pointerdown", (event) => { pressed = true; go(frameAt(event)); });
    canvas.addEventListener("pointermove", (event) => { if (pressed) go(frameAt(event)); });
    addEventListener("pointerup", () => { pressed = false; });
    return { element: canvas, show: (current) => paint(canvas, frames, current) };
  };
})(window.R);
