#!/usr/bin/env bash
# The GPU's tests and figures, on this machine: benchmarks/run_gpu.sh [OUT_DIR]
#
# The CUDA tests, the kernels' under compute-sanitizer as well, the kernels beside a copy, end to end
# at three sizes, with and without --cuda_graphs, the audit of batch invariance; JSON and logs with
# device, driver and commit. Needs an NVIDIA GPU with its driver (80 GB for the 8 B shape), a build
# with CUDA (of this commit, may be carried here: bin, tests and lib of it) and LibTorch 2.11, found
# where the build found it, or in EVOTOKEN_TORCH_HOME, or in python3's torch. Each step has a limit in
# seconds, all together 590. A step that fails is told at the end and makes the exit status 1; without
# a usable GPU it is 4, without a build 2.
set -uo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
bin="${EVOTOKEN_BIN:-$root/build/bin}"
tests="${EVOTOKEN_TESTS:-$(dirname "$bin")/tests}"

stop() {  # STATUS MESSAGE
  echo "run_gpu.sh: $2" >&2
  exit "$1"
}

device="$(nvidia-smi --query-gpu=name --format=csv,noheader 2>/dev/null | head -n 1)" || device=""
[ -n "$device" ] || stop 4 "no usable NVIDIA GPU on this machine (nvidia-smi shows none); nothing was run"

torch="${EVOTOKEN_TORCH_HOME:-}"
if [ -z "$torch" ] && ldd "$bin/evotoken-bench" 2>/dev/null | grep -q 'libtorch_cpu.so => not found'; then
  torch="$(python3 -c 'import importlib.util as u; print(u.find_spec("torch").submodule_search_locations[0])' 2>/dev/null)"
fi
if [ -n "$torch" ]; then
  export LD_LIBRARY_PATH="$torch/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
fi
for program in "$bin/evotoken-bench" "$bin/evotoken-bench-kernels" "$tests/kernels_test" "$tests/model_test" \
               "$tests/decoding_test"; do
  [ -x "$program" ] || stop 2 "$program is not there; build with the preset cuda-release, or set EVOTOKEN_BIN"
  missing="$(ldd "$program" 2> /dev/null | grep 'not found')"
  [ -z "$missing" ] || stop 2 "$program lacks libraries: $(echo "$missing" | awk '{print $1}' | xargs)"
done

commit="$(git -C "$root" rev-parse --short HEAD 2>/dev/null || echo unknown-commit)"
out="${1:-$root/benchmarks/results/$(date +%Y-%m-%d)_$(echo "$device" | tr -cs 'A-Za-z0-9\n' '-')_$commit}"
mkdir -p "$out" || stop 2 "$out cannot be made"
{
  nvidia-smi --query-gpu=name,driver_version,memory.total,clocks.max.sm,clocks.max.memory,power.limit --format=csv
  echo "commit: $commit"
  git -C "$root" status --short 2>/dev/null
  nvidia-smi
  lscpu
} > "$out/machine.txt"

failed=()

step() {  # NAME LIMIT_S COMMAND...: into $out/NAME.log
  local name="$1" limit_s="$2" status=0
  shift 2
  echo "== $name (at most $limit_s s)"
  timeout --kill-after=5 "$limit_s" "$@" > "$out/$name.log" 2>&1 || status=$?
  tail -n 12 "$out/$name.log"
  [ "$status" -ne 124 ] || echo "$name: stopped after $limit_s s"
  [ "$status" -eq 0 ] || failed+=("$name (status $status)")
}

skip() {  # NAME REASON
  echo "== $1: left out, $2" | tee "$out/$1.log"
}

gpu_tests() {  # those of all test programs; one that is skipped has failed here
  local found=0 program output
  for program in "$tests"/*_test; do
    [ "$(basename "$program")" != emulated_kernels_test ] || continue  # the CPU's
    "$program" --gtest_list_tests --gtest_filter='*Cuda*' | grep '^  ' > /dev/null || continue
    found=1
    output="$("$program" --gtest_filter='*Cuda*' \
      --gtest_output="json:$out/$(basename "$program").json" 2>&1)" || { echo "$output"; return 1; }
    echo "$output"
    case "$output" in *SKIPPED*) return 1 ;; esac
  done
  [ "$found" -eq 1 ]
}

sanitized() {  # TOOL: of the kernel test, what does not take minutes under it
  compute-sanitizer --tool "$1" --error-exitcode 9 "$tests/kernels_test" \
    --gtest_filter='PredictRowsCuda.AgreesWith*:PredictRowsCuda.Ties*:PredictRowsCuda.Re*:LayerLoopsCuda.*:DenoiseStepCuda.*'
}
export -f gpu_tests sanitized
# A build that was carried here knows the folder that it was made in.
export EVOTOKEN_GOLDEN_DIR="${EVOTOKEN_GOLDEN_DIR:-$root/tests/golden}"
export tests out

step gpu_tests 75 bash -c gpu_tests
for tool in memcheck racecheck; do
  if command -v compute-sanitizer > /dev/null; then
    step "sanitizer_$tool" 35 bash -c "sanitized $tool"
  else
    skip "sanitizer_$tool" "compute-sanitizer is not on PATH"
  fi
done

# Times of some microseconds: a minimum of 0.02 s of them are thousands of launches.
step kernels 45 "$bin/evotoken-bench-kernels" --benchmark_filter='^cuda' --benchmark_min_time=0.02 \
  --benchmark_repetitions=5 --benchmark_report_aggregates_only=true \
  --benchmark_out_format=json --benchmark_out="$out/kernels.json"

bench() {  # NAME LIMIT_S SHAPE FLAGS...: prompt 200 + 256 generated, as in the table of floors
  local name="$1" limit_s="$2" shape="$3"
  shift 3
  step "$name" "$limit_s" "$bin/evotoken-bench" --device cuda --dtype bfloat16 --shape "$shape" \
    --prompt_length 200 --gen_length 256 --temperature 0 --repetitions 2 --json "$out/$name.json" "$@"
}
bench bench_150m 35 150m --batch_size 1,8,32 --cache none,prefix,dual --diffusion_steps 128
bench bench_1b 50 1b --batch_size 1,8,32 --cache none,prefix,dual --diffusion_steps 64
# Time per pass does not depend on the number of passes; four a block keep the large batches short.
bench bench_8b 55 8b --batch_size 1,8,32 --cache none --diffusion_steps 32
bench bench_8b_prefix 40 8b --batch_size 1,8,32 --cache prefix --diffusion_steps 32
bench bench_8b_dual 40 8b --batch_size 1,8,32 --cache dual --diffusion_steps 32
bench bench_8b_packed 40 8b --batch_size 8,32 --cache none,prefix,dual --diffusion_steps 32 --packed_batch
bench bench_150m_graphs 20 150m --batch_size 1,8 --cache none,prefix,dual --diffusion_steps 128 --cuda_graphs
bench bench_8b_graphs 40 8b --batch_size 1 --cache none,prefix,dual --diffusion_steps 32 --cuda_graphs

audit() {  # NAME FLAGS...
  local name="$1"
  shift
  step "$name" 20 "$bin/evotoken-bench" --device cuda --dtype bfloat16 --shape tiny --audit 24 \
    --decoder evotoken,hard_mask --temperature 0,0.5 "$@"
}
audit audit
audit audit_graphs --cuda_graphs --cache none,dual

if ! grep -q -- '"--device"' "$root/benchmarks/research_way.py"; then
  skip research_way "research_way.py runs on a CPU only so far (it has no --device)"
elif ! python3 -c 'import numpy, safetensors, torch' 2> /dev/null; then
  skip research_way "python3 cannot import torch, numpy and safetensors"
else
  export EVOTOKEN_BIN="$bin"
  step research_way 40 python3 "$root/benchmarks/research_way.py" --device cuda --repetitions 1 \
    --json "$out/research_way.json"
fi

echo "$out"
if [ "${#failed[@]}" -gt 0 ]; then
  echo "run_gpu.sh: failed: $(printf '%s, ' "${failed[@]}" | sed 's/, $//'); see the logs there" >&2
  exit 1
fi
