#!/usr/bin/env python3
"""The tables of docs/performance.md from what run_cpu.sh measured: benchmarks/tables.py RESULTS_DIR

Prints Markdown; what was not measured is left out. Standard library only.
"""
import json
import pathlib
import statistics
import sys

NAMES = {"evotoken": "EvoToken", "hard_mask": "hard mask", "llada": "LLaDA"}


def table(head, rows):
    print("| " + " | ".join(head) + " |")
    print("| --- |" + " ---: |" * (len(head) - 1))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def spread(seconds):
    return f"{seconds['median']:.2f} ({seconds['min']:.2f}–{seconds['max']:.2f})"


def temperature(value):
    return "greedy" if value == 0 else f"temperature {value:g}"


def context(report):
    c = report["context"]
    gemm = f"GEMM {c['gemm_gflops_per_s']:.0f} GFLOP/s, " if c["gemm_gflops_per_s"] else ""
    print(f"{c['device']}, {c['dtype']}, {c['threads']} threads; {gemm}copy {c['copy_gb_per_s']:.1f} GB/s.\n")


def kernels(report):
    median = {b["run_name"]: b for b in report["benchmarks"] if b.get("aggregate_name") == "median"}
    rows = []
    for kind in ("greedy", "temperature"):
        plain, vector = (median.get(f"predict_rows/{k}_float32_{kind}_32x126464") for k in ("plain", "vector"))
        if plain and vector:
            rows.append([kind, f"{plain['cpu_time']:.1f} ms", f"{vector['cpu_time']:.1f} ms",
                         f"{plain['cpu_time'] / vector['cpu_time']:.1f} ×"])
    table(["32 rows of 126,464 logits, float32", "plain kernel, double", "vector kernel", "ratio"], rows)
    rate = lambda b: (f"{b['FLOP/s'] / 1e9:.0f} GFLOP/s" if "FLOP/s" in b
                      else f"{b['bytes_per_second'] / 1e9:.1f} GB/s")
    table(["kernel", "median", "rate"],
          [[name, f"{b['cpu_time']:.3g} {b['time_unit']}", rate(b)] for name, b in median.items()
           if "FLOP/s" in b or "bytes_per_second" in b])


def text(report):
    median = [b for b in report["benchmarks"] if b.get("aggregate_name") == "median"]
    table(["tokenisation and scoring", "median", "rate"],
          [[b["run_name"], f"{b['cpu_time']:.3g} {b['time_unit']}",
            f"{b['items_per_second']:.3g} items/s" if "items_per_second" in b else
            f"{b.get('bytes_per_second', 0) / 1e6:.3g} MB/s"] for b in median])


def share(result, name):
    """Of a floor; the first results know the arithmetic's alone."""
    return f"{100 * result[name]:.0f}%" if result.get(name) else "–"


def research(report):
    table(["", "same tokens", "research way, s", "ours, s (spread)", "ratio", "of the GEMM floor", "of the roofline"],
          [[f"{NAMES[r['decoder']]}, {temperature(r['temperature'])}", f"{r['same_tokens']} of {r['of_tokens']}",
            f"{statistics.median(r['research_seconds']):.1f}", spread(r["ours_seconds"]), f"{r['ratio']:.1f} ×",
            share(r, "share_of_floor"), share(r, "share_of_roofline")] for r in report["results"]])


def llama(report):
    table(["", "llama.cpp, ms a pass", "ours, ms a pass", "ratio"],
          [[r["name"], f"{r['llama']['ms_per_pass']:.1f}", f"{r['ours']['ms_per_pass']:.1f}", f"{r['ratio']:.2f} ×"]
           for r in report["results"]])


def decodings(reports):
    rows = []
    for label, report in reports:
        for r in report["results"]:
            d = r["decoding"]
            name = NAMES[d["decoder"]] + ("" if d["cache"] == "none" else f", {d['cache']} cache") + label
            if d["temperature"] > 0:
                name += f", {temperature(d['temperature'])}"
            rows.append([name, spread(r["seconds"]), f"{r['ms_per_pass']:.1f}",
                         f"{r['generated_tokens_per_second']:.1f}",
                         share(r, "share_of_floor"), share(r, "share_of_roofline"),
                         f"{(r['peak_memory_bytes'] or 0) / 1e6:.0f} MB"])
    table(["", "s a sample (spread)", "ms a pass", "tokens/s", "of the GEMM floor", "of the roofline", "peak memory"], rows)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])


    def read(name):
        path = folder / f"{name}.json"
        return json.loads(path.read_text()) if path.exists() else None

    for name, show in (("kernels", kernels), ("text", text), ("research_way", research), ("llama_cpp", llama)):
        if report := read(name):
            show(report)
    if report := read("cache"):
        context(report)
    labels = {"cache": "", "temperature": "", "bfloat16": ", bfloat16", "float16": ", float16", "int8": ", int8 layers",
              "fp8": ", fp8 layers", "one_billion": ", 1 B"}
    decodings([(label, report) for name, label in labels.items() if (report := read(name))])


if __name__ == "__main__":
    main()
