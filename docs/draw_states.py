#!/usr/bin/env python3
"""Draws how positions evolve: docs/draw_states.py TRACE TOKENIZER_JSON SVG

TRACE is what `evotoken-generate --trace` wrote. Each row of the picture is a denoising step, from above, each
column a generated position; the colour is the state in which the next forward pass reads it (docs/method.md). Where a
position is soft with mask, the colour is the stronger the more of its weight lies on one token. Beneath stands the
text. Standard library only.
"""
import json
import pathlib
import sys
from xml.sax.saxutils import escape

CELL_WIDTH, CELL_HEIGHT, LEFT, TOP = 15, 9, 62, 62
LONGEST_TEXT = 15
MASK, SOFT_MASK, SOFT, CHOSEN, REVISED, DECODED = "#3b4754", "#f59e0b", "#93c5fd", "#2563eb", "#dc2626", "#86c79a"
LEGEND = [(MASK, "mask"), (SOFT_MASK, "soft with mask"), (CHOSEN, "chosen in this step"), (SOFT, "soft"),
          (REVISED, "revised in this step"), (DECODED, "decoded: final")]


def byte_alphabet():
    """GPT-2's printable characters for the 256 bytes, the other way round."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    shifted = [byte for byte in range(256) if byte not in plain]
    return {chr(b): b for b in plain} | {chr(256 + n): b for n, b in enumerate(shifted)}


def token_texts(tokenizer_json):
    content = json.loads(pathlib.Path(tokenizer_json).read_text(encoding="utf-8"))
    alphabet = byte_alphabet()
    texts = {id: bytes(alphabet[c] for c in token).decode("utf-8", "replace")
             for token, id in content["model"]["vocab"].items() if all(c in alphabet for c in token)}
    return texts | {token["id"]: token["content"] for token in content["added_tokens"]}


def state(step, position):
    """Colour and opacity of a position after a step."""
    if position < step["block_start"]:
        return DECODED, 1
    if position in step["revised"]:
        return REVISED, 1
    if position in step["chosen"]:
        return CHOSEN, 1
    weights = step["soft_weights"][position - step["block_start"]]
    if weights[-1] == 0:
        return SOFT, 1
    surest = max(weights[:-1]) / sum(weights[:-1])
    return SOFT_MASK, max(0.2, round(surest ** 2, 1))


def column(states, x):
    """A rectangle for each run of rows in the same state."""
    out, begin = [], 0
    for end in range(1, len(states) + 1):
        if end == len(states) or states[end] != states[begin]:
            colour, opacity = states[begin]
            faint = "" if opacity == 1 else f' fill-opacity="{opacity}"'
            out.append(f'<rect x="{x}" y="{TOP + begin * CELL_HEIGHT}" width="{CELL_WIDTH - 1}" '
                       f'height="{(end - begin) * CELL_HEIGHT}" fill="{colour}"{faint}/>')
            begin = end
    return out


def draw(steps, texts):
    positions = len(steps[0]["x"])
    rows = [[(MASK, 1)] * positions] + [[state(step, p) for p in range(positions)] for step in steps]
    width, bottom = LEFT + positions * CELL_WIDTH + 20, TOP + len(rows) * CELL_HEIGHT
    height = bottom + 118
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
           'role="img" font-family="ui-sans-serif, system-ui, sans-serif">',
           "<title>States of the positions over the denoising steps of one sample</title>",
           f'<rect width="{width}" height="{height}" fill="#ffffff"/>']
    x = LEFT
    for colour, name in LEGEND:
        out += [f'<rect x="{x}" y="14" width="14" height="14" rx="2" fill="{colour}"/>',
                f'<text x="{x + 19}" y="26" font-size="13">{name}</text>']
        x += 40 + 7.2 * len(name)
    out.append(f'<text x="{LEFT}" y="{TOP - 10}" font-size="12" fill="#555">generated positions →</text>')
    for number in range(len(rows)):
        y = TOP + number * CELL_HEIGHT
        if number % 4 == 0:
            name = "start" if number == 0 else f"step {number - 1}"
            out.append(f'<text x="{LEFT - 8}" y="{y + 8}" font-size="10" fill="#555" text-anchor="end">{name}</text>')
    for position in range(positions):
        out += column([row[position] for row in rows], LEFT + position * CELL_WIDTH)
    for number in range(1, len(rows)):
        y = TOP + number * CELL_HEIGHT - 0.5
        out.append(f'<path d="M{LEFT} {y}h{positions * CELL_WIDTH}" stroke="#fff"/>')
    for position, token in enumerate(steps[-1]["x"]):
        text = texts.get(token, "?").replace("\n", "⏎").replace(" ", "␣")
        text = escape(text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT - 1] + "…")
        shade = "#aaa" if text.startswith("&lt;|") else "#111"
        x, y = LEFT + position * CELL_WIDTH + 5, bottom + 6
        out.append(f'<text transform="translate({x} {y}) rotate(90)" font-size="11" fill="{shade}" '
                   f'font-family="ui-monospace, monospace">{text}</text>')
    return "\n".join([*out, "</svg>"]) + "\n"


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    trace, tokenizer_json, svg = sys.argv[1:]
    steps = [json.loads(line) for line in pathlib.Path(trace).read_text(encoding="utf-8").splitlines()]
    if not steps or not steps[0].get("soft_ids"):
        sys.exit(f"{trace}: holds no soft tokens, expected a trace of the decoder evotoken; choose another file")
    pathlib.Path(svg).write_text(draw(steps, token_texts(tokenizer_json)), encoding="utf-8")


if __name__ == "__main__":
    main()
