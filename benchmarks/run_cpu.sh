#!/usr/bin/env bash
# The figures of docs/performance.md, measured on this machine: benchmarks/run_cpu.sh [OUT_DIR]
#
# Kernels, how cost grows (and its picture), caches, the audit of batch invariance, the research way (where
# python3 can import torch, numpy and safetensors) and llama.cpp (where LLAMA_CLI names a
# llama-diffusion-cli and gguf can be imported), as JSON with machine and commit. Needs a build, and nothing
# else running: about twenty minutes on two cores.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
bin="${EVOTOKEN_BIN:-$root/build/bin}"
commit="$(git -C "$root" rev-parse --short HEAD)"
machine="$(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2 | tr -s ' ' '_' | sed 's/^_//; s/[^A-Za-z0-9_-]//g')"
out="${1:-$root/benchmarks/results/$(date +%Y-%m-%d)_${machine}_$commit}"
mkdir -p "$out"
lscpu > "$out/machine.txt"

if python3 -c 'import numpy, safetensors, torch' 2> /dev/null; then
  EVOTOKEN_BIN="$bin" python3 "$root/benchmarks/research_way.py" --repetitions 2 \
    --json "$out/research_way.json"
else
  echo "research_way: not run, python3 cannot import torch, numpy and safetensors" >&2
fi
if [ -n "${LLAMA_CLI:-}" ]; then
  EVOTOKEN_BIN="$bin" python3 "$root/benchmarks/llama_cpp.py" --llama_cli "$LLAMA_CLI" --threads "$(nproc)" --repetitions 2 \
    --json "$out/llama_cpp.json"
else
  echo "llama_cpp: not run, LLAMA_CLI names no llama-diffusion-cli" >&2
fi

# The setting of these comparisons: 128 + 128 tokens in 64 steps, and what caches and formats change.
# shellcheck disable=SC2054  # lists of the program, not of the shell
setting=(--shape 150m --decoder evotoken,hard_mask --gen_length 128 --diffusion_steps 64)
"$bin/evotoken-bench" "${setting[@]}" --cache none,prefix,dual --temperature 0 --repetitions 3 \
  --json "$out/cache.json" --profile "$out/trace.json"
"$bin/evotoken-bench" "${setting[@]}" --temperature 0.5 --repetitions 3 --json "$out/temperature.json"
for format in "--dtype bfloat16" "--dtype float16" "--quantization int8" "--quantization fp8"; do
  # shellcheck disable=SC2086  # a flag and its value
  "$bin/evotoken-bench" "${setting[@]}" --temperature 0 --repetitions 1 $format --json "$out/${format#* }.json"
done

"$bin/evotoken-bench" --shape 1b --decoder evotoken,hard_mask --gen_length 64 --diffusion_steps 4 --temperature 0 \
  --repetitions 1 --json "$out/one_billion.json"

# How cost grows, one quantity at a time; the time of a pass does not depend on the number of passes.
growth() {  # NAME FLAGS...
  local name="$1"
  shift
  "$bin/evotoken-bench" --shape 150m --decoder evotoken,hard_mask --temperature 0 --repetitions 3 \
    --json "$out/growth_$name.json" "$@"
}
growth length --gen_length 128 --diffusion_steps 8 --prompt_length 64,128,256,512,1024
growth batch --gen_length 32 --diffusion_steps 4 --batch_size 1,2,4,8
for vocab in 4096 16384 65536 126464; do
  growth "vocabulary_$vocab" --gen_length 128 --diffusion_steps 8 --vocab_size "$vocab"
done
growth steps --gen_length 64 --diffusion_steps 2,4,8,16,32
python3 "$root/benchmarks/draw_growth.py" "$out" "$out/growth.svg"

"$bin/evotoken-bench" --shape tiny --audit 24 --decoder evotoken,hard_mask --temperature 0,0.5 \
  | tee "$out/audit.txt"
"$bin/evotoken-bench-kernels" --benchmark_repetitions=5 --benchmark_report_aggregates_only=true \
  --benchmark_out_format=json --benchmark_out="$out/kernels.json" > /dev/null
"$bin/evotoken-bench-text" --benchmark_repetitions=5 --benchmark_report_aggregates_only=true \
  --benchmark_out_format=json --benchmark_out="$out/text.json" > /dev/null
rm -f "$out/trace.json"  # megabytes; its table was shown
"$root/benchmarks/tables.py" "$out" > "$out/tables.md"
echo "$out"
