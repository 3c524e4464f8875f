#!/usr/bin/env python3
"""Compares the verified grader with Math-Verify (development only; needs `pip install math-verify`).

    python3 -m venv /tmp/mv && /tmp/mv/bin/pip install math-verify
    /tmp/mv/bin/python scripts/compare_grader.py build/bin/evotoken-score ../shared/llada_outputs

Grades every MATH500 and GSM8K item of a folder of *_generations.json with both, in one run, and
prints the counts, both times and every item where the two or the reference grader differ.
Math-Verify reads the whole generation, cut at the first end token, with its default settings. Its
time is that of parsing and verifying alone; ours that of the whole program (start, reading of the
files, both graders, audit, JSON), for the same files: copied to a folder of their own. Beside the
time by the clock stands the processor's, which other work on the machine does not change.
"""
import argparse
import json
import logging
import pathlib
import resource
import shutil
import subprocess
import tempfile
import time

from math_verify import parse, verify

END_TOKENS = ("<|eot_id|>", "<|endoftext|>")


def children_cpu():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def our_grades(program, folder):
    """The items of evotoken-score's JSON by file name, and the seconds it took by the clock and of
    the processor (the best of three runs each)."""
    seconds, cpu = [], []
    for _ in range(3):
        start, start_cpu = time.perf_counter(), children_cpu()
        run = subprocess.run([program, folder, "--json", "-"], stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, check=False)
        seconds.append(time.perf_counter() - start)
        cpu.append(children_cpu() - start_cpu)
    files = json.loads(run.stdout)["files"]
    return {pathlib.Path(f["path"]).name: f["items"] for f in files}, min(seconds), min(cpu)


def gold_text(gold):
    if isinstance(gold, float) and gold.is_integer():
        gold = int(gold)
    return f"${gold}$"


def their_grade(text, gold):
    for token in END_TOKENS:
        text = text.split(token)[0]
    return verify(parse(gold_text(gold)), parse(text))


def main():
    arguments = argparse.ArgumentParser(description=__doc__,
                                        formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("program", help="evotoken-score")
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--task", choices=("math", "gsm8k"), action="append")
    options = arguments.parse_args()
    logging.disable(logging.CRITICAL)

    for task in options.task or ("math", "gsm8k"):
        with tempfile.TemporaryDirectory() as copied:
            paths = sorted(options.folder.glob(f"{task}*_generations.json"))
            for path in paths:
                shutil.copy(path, copied)
            ours, our_seconds, our_cpu = our_grades(options.program, copied)
        their_seconds = their_cpu = 0.0
        counts = {"items": 0, "reference": 0, "verified": 0, "math-verify": 0}
        for path in paths:
            items = json.loads(path.read_text())["generations"]
            for item, grade in zip(items, ours[path.name]):
                start, start_cpu = time.perf_counter(), time.process_time()
                theirs = item["ground_truth"] is not None and their_grade(item["generations"],
                                                                          item["ground_truth"])
                their_seconds += time.perf_counter() - start
                their_cpu += time.process_time() - start_cpu
                reference, verified = grade["reference"]["correct"], grade["verified"]["correct"]
                counts["items"] += 1
                counts["reference"] += reference
                counts["verified"] += verified
                counts["math-verify"] += theirs
                if len({reference, verified, theirs}) > 1:
                    name = path.name.replace("_generations.json", "").replace("_instruct", "")
                    marks = "".join(letter if correct else "-" for letter, correct in
                                    (("R", reference), ("V", verified), ("M", theirs)))
                    print(marks, name, grade["index"], grade["verified"]["reason"],
                          ",".join(grade["verified"]["flags"]) or "-",
                          repr(grade["verified"]["answer"]), "gold", repr(item["ground_truth"]))
        print(f"{task}: {counts}; evotoken-score {our_seconds:.3f} s, Math-Verify "
              f"{their_seconds:.2f} s, ratio {their_seconds / our_seconds:.0f}; processor "
              f"{our_cpu:.3f} s and {their_cpu:.2f} s, ratio {their_cpu / our_cpu:.0f}", flush=True)


if __name__ == "__main__":
    main()
