#!/usr/bin/env python3
"""The table of the built-in model: EvoToken with its adapter beside the hard mask, few steps and many.

usage: models/measure_tiny.py WORK_DIR [--items N] [--seed S] [--svg FILE]

Makes N (default 200) held-out problems per task, evaluates EvoToken with the adapter, and the hard mask
with and without it, at 64, 32, 16 and 8 denoising steps for 64 tokens, compares item by item (Holm over the
cells of a column; rows "all" over those rows), and prints Markdown; then by how much less EvoToken falls from 64 steps
on than the hard mask does, over the items of all tasks; --svg draws that. Seeds 1 and 7 were looked at in training. A second call goes
on where the first one stopped. Needs a build; standard library only.
"""
import argparse
import json
import math
import pathlib
import statistics
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
BIN = ROOT / "build" / "bin"
GEN_LENGTH = 64
STEPS = [64, 32, 16, 8]
TASKS = ["gsm8k", "svamp", "math500", "countdown"]
COMMON = ["--dtype", "float32", "--gen_length", str(GEN_LENGTH), "--temperature", "0",
          "--steps_factor", ",".join(str(steps / GEN_LENGTH) for steps in STEPS)]
# name: the flags that differ, and the end of the folder that evotoken-eval chooses
SYSTEMS = {
    "hard mask, base": (["--decoder", "hard_mask", "--checkpoint_path", "none"], "_hard_mask"),
    "hard mask, adapter": (["--decoder", "hard_mask"], "_hard_mask"),
    "EvoToken, adapter": (["--decoder", "evotoken"], "_kSoft_3_alphaSoftMask_0.7"),
}

COLOURS = {"hard mask, base": "#64748b", "hard mask, adapter": "#1d4ed8", "EvoToken, adapter": "#c2410c"}


def run(program, *arguments, statuses=(0,)):
    done = subprocess.run([BIN / program, *map(str, arguments)], stdout=subprocess.PIPE)
    if done.returncode not in statuses:
        raise SystemExit(f"{program} ended with {done.returncode}")
    return done.stdout


def wilson(correct, processed):
    """Accuracy with its 95% interval, all in percent."""
    z2 = 1.959964 ** 2
    middle = (correct + z2 / 2) / (processed + z2)
    half = math.sqrt(z2 * (correct * (processed - correct) / processed + z2 / 4)) / (processed + z2)
    return 100 * correct / processed, 100 * (middle - half), 100 * (middle + half)


def accuracy(cells, task, steps):
    grades = [cells[f"{one}_{GEN_LENGTH}_{steps}"]["verified"] for one in (TASKS if task == "all" else [task])]
    return wilson(sum(grade["correct"] for grade in grades), sum(grade["processed"] for grade in grades))


def in_words(percent, low, high):
    return f"{percent:.1f} ({low:.0f}–{high:.0f})"


def difference(comparison, name):
    cell = next(cell for cell in comparison["cells"] + comparison["totals"] if cell["name"] == name)
    grade = next(grade for grade in cell["graders"] if grade["grader"] == "verified")
    return f"{100 * grade['difference_frac']:+.1f}, p {grade['p_holm']:.2g}"


def verdicts(folder):
    """{(task, steps, sample): 1 where right}, of all journals of a run."""
    right = {}
    for task in TASKS:
        for steps in STEPS:
            lines = (pathlib.Path(folder) / f"{task}_{GEN_LENGTH}_{steps}_0_journal.jsonl").read_text().splitlines()
            for entry in map(json.loads, lines):
                if "sample_id" in entry:
                    right[task, steps, entry["sample_id"]] = int(entry["verified_correct"])
    return right


def less_lost(ours, other, steps):
    """Points that `ours` loses less than `other` from STEPS[0] to `steps`, with a 95% interval over the items."""
    each = [ours[task, steps, sample] - ours[task, first, sample]
            - other[task, steps, sample] + other[task, first, sample]
            for task, first, sample in ours if first == STEPS[0]]
    middle = statistics.mean(each)
    half = 1.96 * statistics.stdev(each) / math.sqrt(len(each))
    return f"{100 * middle:+.1f} ({100 * (middle - half):+.1f} to {100 * (middle + half):+.1f})"


def draw(points):
    """Accuracy of each system at each number of steps, with whiskers; the systems side by side at each."""
    width, height, left, top = 560, 250, 60, 48
    low = 10 * math.floor(min(bound for line in points.values() for _, bound, _ in line) / 10)
    high = 10 * math.ceil(max(bound for line in points.values() for _, _, bound in line) / 10)
    at_y = lambda percent: top + height * (high - percent) / (high - low)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width + 90} {height + 110}" width="{width + 90}" '
           f'height="{height + 110}" font-family="ui-sans-serif, system-ui, sans-serif" font-size="13">',
           "<title>Accuracy of the built-in model over all tasks, by denoising steps</title>",
           f'<rect width="{width + 90}" height="{height + 110}" fill="#ffffff"/>']
    for percent in range(low, high + 1, 10):
        out += [f'<path d="M{left} {at_y(percent):.1f}h{width}" stroke="#ddd"/>',
                f'<text x="{left - 8}" y="{at_y(percent) + 4:.1f}" text-anchor="end" fill="#555">{percent}%</text>']
    at_x = lambda n, shift: left + width * (n + 0.5) / len(STEPS) + 16 * (shift - 1)
    for shift, (system, line) in enumerate(points.items()):
        colour, x = COLOURS[system], left + 175 * shift
        out += [f'<circle cx="{x + 6}" cy="20" r="5" fill="{colour}"/>', f'<text x="{x + 17}" y="25">{system}</text>']
        path = " ".join(f"{at_x(n, shift):.1f},{at_y(percent):.1f}" for n, (percent, _, _) in enumerate(line))
        out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2" stroke-opacity="0.5"/>')
        for n, (percent, bottom, upper) in enumerate(line):
            out += [f'<path d="M{at_x(n, shift):.1f} {at_y(bottom):.1f}V{at_y(upper):.1f}" stroke="{colour}"/>',
                    f'<circle cx="{at_x(n, shift):.1f}" cy="{at_y(percent):.1f}" r="5" fill="{colour}"/>']
    for n, steps in enumerate(STEPS):
        out.append(f'<text x="{at_x(n, 1):.1f}" y="{top + height + 22}" text-anchor="middle">{steps} steps</text>')
    out.append(f'<text x="{left}" y="{top + height + 48}" fill="#555">right of all problems of four tasks, with 95% '
               f'intervals; {GEN_LENGTH} tokens</text>')
    return "\n".join([*out, "</svg>"]) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("work_dir", type=pathlib.Path)
    parser.add_argument("--items", type=int, default=200)
    parser.add_argument("--seed", type=int, default=2, help="of the problems")
    parser.add_argument("--svg", type=pathlib.Path, help="draw accuracy over all tasks against steps")
    arguments = parser.parse_args()
    data = arguments.work_dir / "data"
    run("evotoken-make-problems", data, arguments.items, arguments.seed, "test")
    cells, folders = {}, {}
    for system, (flags, suffix) in SYSTEMS.items():
        base = arguments.work_dir / system.replace(", ", "_").replace(" ", "_")
        report = json.loads(run("evotoken-eval", "--data_dir", data, "--output_dir", base, *COMMON, *flags,
                                "--json", "-"))
        cells[system] = {cell["setup"]: cell for cell in report["cells"]}
        folders[system] = f"{base}_temperature_0.0{suffix}"
    ours = "EvoToken, adapter"
    others = [system for system in SYSTEMS if system != ours]
    comparisons = {other: json.loads(run("evotoken-compare", folders[other], folders[ours], "--json", "-",
                                         statuses=(0, 1))) for other in others}
    print(f"| task | steps | {' | '.join(SYSTEMS)} | {' | '.join('EvoToken − ' + other for other in others)} |")
    print("| --- | --- |" + " --- |" * (len(SYSTEMS) + len(others)))
    for task in [*TASKS, "all"]:
        for steps in STEPS:
            name = f"{task}_{GEN_LENGTH}_{steps}"
            columns = [in_words(*accuracy(cells[system], task, steps)) for system in SYSTEMS]
            columns += [difference(comparisons[other], name) for other in others]
            print(f"| {task} | {steps} | {' | '.join(columns)} |")
    if arguments.svg:
        points = {system: [accuracy(cells[system], "all", steps) for steps in STEPS] for system in SYSTEMS}
        arguments.svg.write_text(draw(points), encoding="utf-8")
    right = {system: verdicts(folder) for system, folder in folders.items()}
    print(f"\n| from {STEPS[0]} to … steps | {' | '.join('EvoToken loses less than ' + other for other in others)} |")
    print("| --- |" + " --- |" * len(others))
    for steps in STEPS[1:]:
        print(f"| {steps} | {' | '.join(less_lost(right[ours], right[other], steps) for other in others)} |")


if __name__ == "__main__":
    main()
