#!/usr/bin/env bash
# The figures of docs/performance.md, measured on this machine: benchmarks/run_cpu.sh [OUT_DIR]
#
# Kernels, end to end, the audit of batch invariance and the research way (where torch, numpy and
# safetensors can be imported by python3), as JSON with machine and commit. Needs a build, and nothing
# else running: about ten minutes on two cores.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
bin="${EVOTOKEN_BIN:-$root/build/bin}"
commit="$(git -C "$root" rev-parse --short HEAD)"
machine="$(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2 | tr -s ' ' '_' | sed 's/^_//; s/[^A-Za-z0-9_-]//g')"
out="${1:-$root/benchmarks/results/$(date +%Y-%m-%d)_${machine}_$commit}"
mkdir -p "$out"
lscpu > "$out/machine.txt"

"$bin/evotoken-bench-kernels" --benchmark_repetitions=5 --benchmark_report_aggregates_only=true \
  --benchmark_out_format=json --benchmark_out="$out/kernels.json" > /dev/null
"$bin/evotoken-bench-text" --benchmark_repetitions=5 --benchmark_report_aggregates_only=true \
  --benchmark_out_format=json --benchmark_out="$out/text.json" > /dev/null
# How cost grows: with length, with steps, with caches.
"$bin/evotoken-bench" --shape 150m --decoder evotoken,hard_mask --gen_length 64,128,256 --temperature 0 \
  --json "$out/length.json" --profile "$out/length_trace.json"
"$bin/evotoken-bench" --shape 150m --decoder evotoken --gen_length 128 --steps_factor 0.25,0.5,1 \
  --temperature 0,0.5 --json "$out/steps.json"
"$bin/evotoken-bench" --shape 150m --decoder evotoken,hard_mask --cache none,prefix,dual --gen_length 128 \
  --temperature 0 --json "$out/cache.json"
"$bin/evotoken-bench" --shape tiny --audit 24 --decoder evotoken,hard_mask --temperature 0,0.5 \
  | tee "$out/audit.txt"
if python3 -c 'import numpy, safetensors, torch' 2> /dev/null; then
  EVOTOKEN_BIN="$bin" python3 "$root/benchmarks/research_way.py" --json "$out/research_way.json"
else
  echo "research_way: not run, python3 cannot import torch, numpy and safetensors" >&2
fi
rm -f "$out/length_trace.json"  # megabytes; its table was shown
echo "$out"
