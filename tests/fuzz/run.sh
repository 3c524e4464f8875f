#!/usr/bin/env bash
# Runs the fuzz targets in turn, one process at a time and with the least claim to the processor, until
# they have had CPU_SECONDS in all:  tests/fuzz/run.sh BIN_DIR CPU_SECONDS [TARGET...]   (FUZZ_NICE=0: a fair share)
# BIN_DIR holds the programs *_fuzzer. Inputs that reach new code are kept in BIN_DIR/../fuzz/TARGET, finds in
# BIN_DIR/../fuzz/finds; BIN_DIR/../fuzz/log has a line for each turn: target, CPU seconds, status, last words.
set -euo pipefail
bin=$(realpath "$1")
wanted=$2
shift 2
corpus=$(dirname "$(realpath "$0")")/corpus
work=$(dirname "$bin")/fuzz
mkdir -p "$work/finds"
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then mapfile -t targets < <(ls "$corpus"); fi

spent() { awk '{ sum += $2 } END { printf "%d", sum }' "$work/log" 2>/dev/null || echo 0; }

turn_s=${FUZZ_TURN_S:-60}
while [ "$(spent)" -lt "$wanted" ]; do
  for target in "${targets[@]}"; do
    mkdir -p "$work/$target"
    status=0
    TIMEFORMAT='%U %S'
    times=$({ time nice -n "${FUZZ_NICE:-19}" "$bin/${target}_fuzzer" "$work/$target" "$corpus/$target" \
      -max_total_time="$turn_s" -timeout=25 -rss_limit_mb=2048 -max_len=8192 -print_final_stats=1 \
      -artifact_prefix="$work/finds/$target-" > "$work/$target.out" 2>&1; } 2>&1) || status=$?
    grep -q 'no interesting inputs' "$work/$target.out" && {
      echo "run.sh: ${target}_fuzzer is not instrumented, expected -fsanitize=fuzzer-no-link" \
        "(tests/fuzz/CMakeLists.txt has the command)" >&2
      exit 1
    }
    runs=$(awk '/number_of_executed_units/ { print $2 }' "$work/$target.out")
    cov=$(grep -o 'cov: [0-9]*' "$work/$target.out" | tail -n 1 || true)
    awk -v name="$target" -v status="$status" -v runs="${runs:-0}" -v cov="$cov" \
      '{ printf "%s %.1f status %s runs %s %s\n", name, $1 + $2, status, runs, cov }' <<< "$times" >> "$work/log"
  done
done
