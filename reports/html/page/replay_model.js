// A trace as frames: what each position was after each denoising step.
(function (R) {
  "use strict";

  // A position: state "mask", "softmask", "soft" or "decoded"; its token (null while masked);
  // candidates [{id, weight}], the most probable first, with the mask last where it has a share.
  function positionAt(step, p) {
    const masked = step.confidence[p] === 0;
    const row = step.soft_ids && p >= step.block_start ? p - step.block_start : -1;
    const ids = row >= 0 ? step.soft_ids[row] : null;
    if (!ids) return { state: masked ? "mask" : "decoded", token: masked ? null : step.x[p], candidates: [] };
    const weights = step.soft_weights[row];
    const candidates = ids.map((id, k) => ({ id, weight: weights[k], own: k + 1 === ids.length })).filter((c) => c.weight > 0);
    if (masked) return { state: "softmask", token: null, candidates };
    return { state: "soft", token: step.x[p], candidates };
  }

  // One frame before the first step, one after each, one where the last block has hardened.
  R.replayFrames = function (trace) {
    const steps = trace.steps, length = steps[0].x.length;
    const frames = [{ block: 0, positions: Array.from({ length }, () => ({ state: "mask", token: null, candidates: [] })), chosen: new Set(), revised: new Set() }];
    for (const step of steps) {
      frames.push({
        block: step.block_start,
        positions: step.x.map((_, p) => positionAt(step, p)),
        chosen: new Set(step.chosen), revised: new Set(step.revised),
      });
    }
    const last = frames[frames.length - 1];
    if (last.positions.some((p) => p.state === "soft")) {
      frames.push({ block: length, chosen: new Set(), revised: new Set(), positions: last.positions.map((p) => (p.token === null ? p : { state: "decoded", token: p.token, candidates: [] })) });
    }
    const everRevised = new Array(length).fill(0);
    for (const frame of frames) {
      for (const p of frame.revised) everRevised[p]++;
      frame.revisions = everRevised.slice();
    }
    return frames;
  };

  // Where blocks begin, ascending.
  R.blockStarts = (trace) => [...new Set(trace.steps.map((step) => step.block_start))].sort((a, b) => a - b);

  R.tokenText = function (trace, id) {
    const text = trace.tokens[String(id)];
    return text === undefined ? "#" + id : text;
  };

  // Blanks and ends of lines that a reader can see.
  R.visible = (text) => text.replace(/\n/g, "⏎").replace(/\t/g, "⇥").replace(/^ +$/, (blanks) => "␣".repeat(blanks.length));
})(window.R);
