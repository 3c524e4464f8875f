#!/usr/bin/env python3
"""Draws how cost grows: benchmarks/draw_growth.py RESULTS_DIR SVG

Reads what run_cpu.sh measured (growth_*.json in RESULTS_DIR) and draws a panel for each: the time of a forward
pass, or of a whole decoding, or memory, against length, steps, batch, vocabulary and samples. Both axes are
logarithmic, so that a straight line of slope one is growth in proportion (drawn dashed). Standard library only.
"""
import json
import math
import pathlib
import sys

WIDTH, HEIGHT, GAP = 250, 190, 70
COLOURS = {"evotoken": "#c2410c", "hard_mask": "#1d4ed8"}
NAMES = {"evotoken": "EvoToken", "hard_mask": "hard mask"}


def x_length(result):
    return result["prompt_length"] + result["decoding"]["gen_length"]


PANELS = [  # file, title, x, y, unit
    ("growth_length", "ms a pass, by length (prompt + 128)", x_length, lambda r: r["ms_per_pass"], "ms"),
    ("growth_length", "memory, by length", x_length, lambda r: (r["peak_memory_bytes"] or 0) / 1e6, "MB"),
    ("growth_steps", "s a sample, by denoising steps", lambda r: r["decoding"]["diffusion_steps"],
     lambda r: r["seconds"]["median"], "s"),
    ("growth_batch", "s a batch, by samples in flight", lambda r: r["batch_size"],
     lambda r: r["seconds"]["median"], "s"),
    ("growth_batch", "memory, by samples in flight", lambda r: r["batch_size"],
     lambda r: (r["peak_memory_bytes"] or 0) / 1e6, "MB"),
    ("growth_vocabulary", "ms a pass, by vocabulary", lambda r: r["vocab_size"], lambda r: r["ms_per_pass"], "ms"),
]


def read(folder, name):
    results = []
    for path in sorted(folder.glob(f"{name}*.json")):
        results += json.loads(path.read_text())["results"]
    return results


def ticks(low, high):
    """Few round numbers within the range."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    return [t for t in (m * 10 ** e for e in powers for m in (1, 2, 5)) if low * 0.999 <= t <= high * 1.001]


def short(value):
    return f"{value / 1e3:.3g}k" if value >= 1e3 else f"{value:.3g}"


def panel(results, title, x_of, y_of, unit, left, top):
    series = {}
    for result in results:
        y = y_of(result)
        if y > 0:
            series.setdefault(result["decoding"]["decoder"], []).append((x_of(result), y))
    points = [point for line in series.values() for point in line]
    x_low, x_high = min(x for x, _ in points), max(x for x, _ in points)
    y_low, y_high = min(y for _, y in points) / 1.3, max(y for _, y in points) * 1.3
    at_x = lambda x: left + WIDTH * math.log(x / x_low) / math.log(x_high / x_low)
    at_y = lambda y: top + HEIGHT - HEIGHT * math.log(y / y_low) / math.log(y_high / y_low)
    out = [f'<text x="{left}" y="{top - 12}" class="title">{title}</text>',
           f'<rect x="{left}" y="{top}" width="{WIDTH}" height="{HEIGHT}" class="frame"/>']
    for x in sorted({x for x, _ in points}):
        out.append(f'<text x="{at_x(x):.1f}" y="{top + HEIGHT + 15}" class="tick" text-anchor="middle">'
                   f'{short(x)}</text>')
    for y in ticks(y_low, y_high):
        level = at_y(y)
        out.append(f'<line x1="{left}" x2="{left + WIDTH}" y1="{level:.1f}" y2="{level:.1f}" class="grid"/>')
        out.append(f'<text x="{left - 6}" y="{level + 4:.1f}" class="tick" text-anchor="end">{short(y)} {unit}</text>')
    # Growth in proportion, from the first point of the first line, as far as the panel goes.
    x0, y0 = min(next(iter(series.values())))
    reach = min(x_high, x0 * y_high / y0)
    out.append(f'<line x1="{at_x(x0):.1f}" y1="{at_y(y0):.1f}" x2="{at_x(reach):.1f}" '
               f'y2="{at_y(y0 * reach / x0):.1f}" class="proportion"/>')
    for decoder, line in series.items():
        path = " ".join(f"{at_x(x):.1f},{at_y(y):.1f}" for x, y in sorted(line))
        colour = COLOURS.get(decoder, "#444")
        out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        out += [f'<circle cx="{at_x(x):.1f}" cy="{at_y(y):.1f}" r="3" fill="{colour}"/>' for x, y in line]
    return out


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    body, drawn = [], 0
    for name, title, x_of, y_of, unit in PANELS:
        results = read(folder, name)
        if not any(y_of(result) > 0 for result in results):
            continue
        left = 70 + drawn % 3 * (WIDTH + GAP)
        top = 70 + drawn // 3 * (HEIGHT + GAP)
        body += panel(results, title, x_of, y_of, unit, left, top)
        drawn += 1
    if drawn == 0:
        sys.exit(f"draw_growth.py: {folder}: no growth_*.json, expected a folder that run_cpu.sh wrote")
    width, height = 70 + min(drawn, 3) * (WIDTH + GAP), 40 + math.ceil(drawn / 3) * (HEIGHT + GAP)
    legend = [f'<text x="{70 + 110 * i}" y="28" fill="{COLOURS[d]}" class="title">{NAMES[d]}</text>'
              for i, d in enumerate(COLOURS)]
    legend.append('<text x="290" y="28" class="tick">dashed: in proportion; both axes logarithmic</text>')
    style = (".title{font:600 13px sans-serif} .tick{font:11px sans-serif;fill:#555} .frame{fill:none;stroke:#bbb}"
             ".grid{stroke:#e5e5e5} .proportion{stroke:#999;stroke-dasharray:4 4}")
    pathlib.Path(sys.argv[2]).write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f'<style>{style}</style><rect width="100%" height="100%" fill="white"/>\n'
        + "\n".join(legend + body) + "</svg>\n")


if __name__ == "__main__":
    main()
