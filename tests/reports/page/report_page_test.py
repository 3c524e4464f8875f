#!/usr/bin/env python3
"""evotoken-report's page in a real browser: load, sort, search, filter, replay, hostile texts, a large report.

    report_page_test.py path/to/evotoken-report [FOLDER FOR SCREENSHOTS]

Exit status 77 (skipped, for CTest) where no Chromium is installed: apt-get install chromium.
"""
import json
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from browser import Browser, find_chromium  # noqa: E402

SKIPPED = 77
ALPHAS = ("0.5", "0.7", "0.9")

# Each would set window.hacked, fetch something, or end its element, if it were taken for anything but text.
HOSTILE = [
    "</script><script>window.hacked = 1</script>",
    "<img src=x onerror=\"window.hacked = 2\">",
    "<!--<script>window.hacked = 3",
    "</textarea></title></style><svg onload=window.hacked=4>",
    "\\boxed{\\href{javascript:window.hacked=5}{x}} $\\url{javascript:window.hacked=6}$",
    "\\boxed{\\htmlClass{a}{b}} $\\includegraphics{https://example.com/a.png}$ $\\def\\x{\\x\\x}\\x$",
    "<iframe srcdoc=\"<script>parent.hacked=7</script>\"></iframe><base href=https://example.com/>",
    "\u2028\u2029 \\u003cscript> &lt;b&gt; &#60;i&#62; \0 \x1b[31m ]]> {{7*7}} ${7*7} `x`",
    "<a href=javascript:window.hacked=8>click</a><meta http-equiv=refresh content=0;url=https://example.com>",
]


def generations(items):
    return {"generations": items, "metrics": {"wall_time": 1.0, "total_processed": len(items)}, "model_path": "m",
            "checkpoint_path": "c", "gen_length": 128, "diffusion_steps": 64, "block_length": 32}


def write_run(folder, setup, items):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, setup + "_0_generations.json"), "w", encoding="utf-8") as file:
        json.dump(generations(items), file)


def trace_steps(positions=8, block=4):
    """A trace as engine/decoding/trace.h writes it: one position a step, one revision."""
    steps, mask = [], 99
    x, confidence = [mask] * positions, [0.0] * positions
    for step in range(positions):
        start = step // block * block
        x[step], confidence[step] = step, 0.5
        revised = []
        if step == 2:
            x[0], confidence[0], revised = 42, 0.9, [0]
        rows = range(start, positions)
        steps.append({"step": step, "block_start": start, "chosen": [step], "revised": revised, "x": list(x),
                      "confidence": list(confidence), "soft_ids": [[7, 8, x[p]] for p in rows],
                      "soft_weights": [[0.6, 0.4, 0.0] if confidence[p] else [0.2, 0.1, 0.7] for p in rows]})
    return steps


def builtin_problems():
    """Five of the built-in MATH500 problems: their levels and subjects are known."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../datasets/builtin/math500/written.jsonl")
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file][:5]


def write_small(root):
    """Three alphas and a baseline on GSM8K and MATH500, with hostile texts, a speed and a trace."""
    for number, setting in enumerate(["hard_mask"] + [f"kSoft_3_alphaSoftMask_{a}" for a in ALPHAS]):
        folder = os.path.join(root, "eval_" + setting)
        gsm = []
        for i in range(60):
            hostile = HOSTILE[i % len(HOSTILE)] if i < len(HOSTILE) else ""
            answer = 18 if (i + number) % 3 else 19
            gsm.append({"question": f"Item {i}: how many apples? {hostile}", "prompt_input": f"prompt {i} {hostile}",
                        "generations": f"{hostile} It costs $5 and $6, so $x^2 = {i}$ and \\boxed{{{answer}}}<|eot_id|><|endoftext|>",
                        "ground_truth": 18.0})
        write_run(folder, "gsm8k_128_64", gsm)
        math = [{"question": p["problem"], "prompt_input": p["problem"], "generations": "\\boxed{" + p["answer"] + "}",
                 "ground_truth": p["answer"]} for p in builtin_problems()]
        write_run(folder, "math500_128_64", math)
        cells = [{"setup": s, "tokens_per_second_to_eos": 20.0 + 5 * number} for s in ("gsm8k_128_64", "math500_128_64")]
        with open(os.path.join(folder, "results.json"), "w", encoding="utf-8") as file:
            json.dump({"provenance": {"program": "evotoken-eval", "device": HOSTILE[0], "flags": {}}, "cells": cells}, file)
    with open(os.path.join(root, "eval_hard_mask", "gsm8k_128_64_0_trace_3.jsonl"), "w", encoding="utf-8") as file:
        file.writelines(json.dumps(step) + "\n" for step in trace_steps())


def write_losses(path):
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(json.dumps({"update": u, "loss": 4 / u}) + "\n" for u in range(1, 901))


def write_large(root, items=1319, cells=10):
    text = "Let us think step by step. The total is the sum of all the parts, so we add them. " * 6
    for cell in range(cells):
        write_run(os.path.join(root, f"eval_kSoft_3_alphaSoftMask_0.{cell}"), "gsm8k_128_64", [
            {"question": f"Question {i}. " + "Natalia sold clips to her friends in April and in May. " * 4,
             "prompt_input": f"system prompt {i} " * 50, "generations": f"{text} {i} \\boxed{{{18 + (i * 7 + cell) % 4 // 3}}}<|eot_id|>",
             "ground_truth": 18.0} for i in range(items)])


def report(program, folder, html, *more):
    done = subprocess.run([program, folder, "--html", html, *more], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return os.path.getsize(html)


def wait_until(browser, expression, seconds=5):
    end = time.monotonic() + seconds
    while not browser.js(expression):
        assert time.monotonic() < end, f"never true: {expression}"
        time.sleep(0.02)


class Checks:
    """Each method is a test of one view; they share the page."""

    def __init__(self, browser, shots):
        self.b, self.shots = browser, shots

    def shot(self, name):
        if self.shots:
            time.sleep(0.2)
            self.b.screenshot(os.path.join(self.shots, name + ".png"))

    def overview_sorts(self):
        b = self.b
        assert b.js("document.querySelectorAll('#tabs button').length") == 9
        assert b.js("document.querySelector('h2').textContent") == "Accuracy"
        first = "document.querySelector('tbody tr th').textContent"
        accuracies = "[...document.querySelector('table').querySelectorAll('tbody tr')].map(r => Number(r.querySelectorAll('.accuracy b')[0].textContent))"
        b.js("[...document.querySelectorAll('th button')].find(x => x.textContent === 'gsm8k').click()")
        ascending = b.js(accuracies)
        assert ascending == sorted(ascending) and len(set(ascending)) > 1, ascending
        b.js("[...document.querySelectorAll('th button')].find(x => x.textContent === 'gsm8k').click()")
        assert b.js(accuracies) == sorted(ascending, reverse=True)
        assert b.js("document.querySelector('th[aria-sort=descending]').textContent") == "gsm8k"
        assert b.js(first)
        assert "selection on the test set" in b.js("document.getElementById('main').textContent")
        self.shot("overview")

    def curves_are_drawn(self):
        self.has_painted("curves", at_least=2)
        self.has_painted("training", at_least=1)

    def has_painted(self, view, at_least):
        b = self.b
        b.js(f"R.go('{view}')")
        if b.js("R.canDraw"):
            assert b.js("document.querySelectorAll('canvas').length") >= at_least
            painted = ("[...document.querySelectorAll('canvas')].every(c => new Uint32Array(c.getContext('2d')"
                       ".getImageData(0, 0, c.width, c.height).data.buffer).some(p => p !== 0))")
            assert b.js(painted)
        else:
            assert "without Chart.js" in b.js("document.getElementById('main').textContent")
        self.shot(view)

    def items_are_searched_and_filtered(self):
        b = self.b
        b.js("document.body.focus()")
        b.key("/", "Slash", "/")
        wait_until(b, "document.activeElement.id === 'search'")
        status = "document.querySelector('[role=status]').textContent"
        assert b.js(status) == "65 of 65 items"
        for letter in "item 17:":
            b.key(letter, text=letter)
        wait_until(b, f"{status} === '1 of 65 items'")
        b.js("(s => { s.value = ''; s.dispatchEvent(new Event('input')); })(document.getElementById('search'))")
        wait_until(b, f"{status} === '65 of 65 items'")
        choose = "(v => { const s = [...document.querySelectorAll('main label')].find(l => l.firstChild.textContent === %s).querySelector('select'); s.value = v; s.dispatchEvent(new Event('change')); })(%s)"
        b.js(choose % ("'Task'", "'math500'"))
        assert b.js(status) == "5 of 65 items"
        b.js(choose % ("'Task'", "''"))
        b.js(choose % ("'Verdict'", "'differ'"))
        # Every GSM8K item but the hostile one whose first box is all that the published parser reads.
        assert b.js(status) == "59 of 65 items", b.js(status)
        b.js(choose % ("'Verdict'", "''"))

    def hostile_texts_are_only_text(self):
        b = self.b
        b.js("[...document.querySelectorAll('.row > button')].slice(0, 9).forEach(x => x.click())")
        shown = b.js("document.getElementById('main').textContent")
        for text in HOSTILE[:4]:
            assert text in shown, text
        assert b.js("document.querySelectorAll('main img, main iframe, main script, main a, main svg[onload], base').length") == 0
        assert b.js("window.hacked") is None
        assert "It costs $5 and $6" in shown  # money is no mathematics
        if b.js("R.canTypeset"):
            assert b.js("document.querySelectorAll('.detail .katex').length") > 9
        self.shot("hostile")
        b.js("[...document.querySelectorAll('.detail button')].find(x => x.textContent === 'Raw text').click()")
        assert b.js("document.querySelectorAll('.text.raw').length") > 0
        b.js("[...document.querySelectorAll('.detail button')].find(x => x.textContent === 'Typeset').click()")

    def flips_agree_with_the_program(self):
        b = self.b
        b.js("R.go('flips')")
        text = b.js("document.getElementById('main').textContent")
        pair = b.js("R.summary.pairs.find(p => p.a === 0 && p.b === 1).graders[0]")
        assert f"({pair['only_a']})" in text and f"({pair['only_b']})" in text, text[:400]
        assert "McNemar" in text and "Holm" in text
        self.shot("flips")

    def replay_plays_and_scrubs(self):
        b = self.b
        b.js("R.go('items')")
        b.js("(s => { s.value = 'item 3:'; s.dispatchEvent(new Event('input')); })(document.getElementById('search'))")
        wait_until(b, "document.querySelectorAll('.row').length === 1")
        b.js("document.querySelector('.row > button').click()")
        b.js("[...document.querySelectorAll('.output button')].find(x => x.textContent.startsWith('Replay')).click()")
        wait_until(b, "document.querySelectorAll('.token.mask[data-position]').length === 8")
        scrub = "(s => { s.value = %d; s.dispatchEvent(new Event('input')); })(document.getElementById('replay-slider'))"
        states = "[...document.querySelectorAll('[data-position]')].map(t => t.className.split(' ')[1]).join(' ')"
        b.js(scrub % 3)
        assert b.js(states) == "soft soft soft softmask softmask softmask softmask softmask", b.js(states)
        assert b.js("document.querySelector('[data-position=\"0\"]').classList.contains('revised')")
        b.hover('[data-position="3"]')
        wait_until(b, "!document.querySelector('.tip').hidden")
        tip = b.js("document.querySelector('.tip').textContent")
        assert "[mask]" in tip and "0.700" in tip, tip
        b.js(scrub % 5)
        assert b.js(states).startswith("decoded decoded decoded decoded soft softmask"), b.js(states)
        self.shot("replay")
        b.js(scrub % 0)
        b.js("document.getElementById('main').focus()")
        b.key("ArrowRight")
        assert b.js("document.getElementById('replay-slider').value") == "1"
        b.key(" ", "Space", " ")
        wait_until(b, "Number(document.getElementById('replay-slider').value) >= 3")
        b.key(" ", "Space", " ")
        assert b.js("document.getElementById('replay-play').textContent") == "Play"

    def other_views_render(self):
        b = self.b
        for view in ("levels", "graders", "provenance"):
            b.js(f"R.go('{view}')")
            assert b.js("document.getElementById('main').textContent.length") > 80, view
        assert HOSTILE[0] in b.js("document.getElementById('main').textContent")  # the device, as text

    def both_graders_are_shown_where_they_ran(self):
        b = self.b
        b.js("R.go('graders')")
        if not b.js("R.anyVerified"):
            assert "did not run" in b.js("document.getElementById('main').textContent")
            return
        counts = b.js("[...document.querySelectorAll('.card')[0].querySelectorAll('td')].map(t => Number(t.textContent))")
        cell = b.js("R.cells.find(c => c.verified)")
        assert counts[0] + counts[1] == cell["reference"]["correct"], counts
        assert counts[0] + counts[2] == cell["verified"]["correct"], counts
        self.shot("graders")
        switch = "[...document.querySelectorAll('#grader-switch button')].find(x => x.textContent === '%s').click()"
        b.js(switch % "verified")
        b.js("R.go('overview')")
        assert "by the verified grader" in b.js("document.getElementById('main').textContent")
        b.js(switch % "reference")

    def themes_keys_and_narrow_screens(self):
        b = self.b
        before = b.js("getComputedStyle(document.body).backgroundColor")
        b.js("document.getElementById('theme').click()")
        assert b.js("getComputedStyle(document.body).backgroundColor") != before
        b.js("document.getElementById('main').focus()")
        b.key("2", "Digit2", "2")
        assert b.js("document.querySelector('[aria-selected=true]').textContent") == "Curves"
        b.size(360, 740, mobile=True)
        for view in ("overview", "curves", "flips", "items", "replay", "provenance"):
            b.js(f"R.go('{view}')")
            time.sleep(0.05)
            assert b.js("document.documentElement.scrollWidth") <= 360, view
            self.shot("phone_" + view)
        b.size(1280, 900)

    def nothing_was_fetched_or_blocked(self):
        assert not self.b.requests(), self.b.requests()
        assert not self.b.complaints(), self.b.complaints()
        assert self.b.js("window.hacked") is None

    def the_policy_holds_even_if_markup_got_in(self):
        self.b.js("(() => { const s = document.createElement('script'); s.textContent = 'window.hacked = 9'; document.body.append(s); "
                  "const d = document.createElement('div'); d.innerHTML = '<img src=x onerror=\"window.hacked = 10\">'; document.body.append(d); })()")
        time.sleep(0.1)
        assert self.b.js("window.hacked") is None


def main():
    program = os.path.abspath(sys.argv[1])
    shots = sys.argv[2] if len(sys.argv) > 2 else None
    if shots:
        os.makedirs(shots, exist_ok=True)
    chromium = find_chromium()
    if not chromium:
        print("SKIPPED: NOT CHECKED in a browser, no Chromium found; apt-get install chromium", file=sys.stderr)
        return SKIPPED
    with tempfile.TemporaryDirectory(prefix="evotoken-report-") as place:
        small, large = os.path.join(place, "small"), os.path.join(place, "large")
        write_small(small)
        losses = os.path.join(place, "loss.jsonl")
        write_losses(losses)
        report(program, small, small + ".html", "--title", "Report " + HOSTILE[0], "--loss", losses)
        write_large(large)
        size = report(program, large, large + ".html")
        browser = Browser(chromium)
        try:
            browser.size(1280, 900)
            browser.open(small + ".html")
            checks = Checks(browser, shots)
            for name in [n for n in vars(Checks) if not n.startswith(("_", "has_")) and n != "shot"]:
                getattr(checks, name)()
                print("passed:", name)
            seconds = browser.open(large + ".html")
            browser.js("R.go('items')")
            assert browser.js("document.querySelectorAll('.row').length") >= 50
            assert seconds < 3, f"{seconds:.2f} s"
            print(f"passed: 13,190 items ({size / 1e6:.1f} MB) open in {seconds:.2f} s")
        finally:
            browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
