#!/bin/sh
# Run by check_package.sh inside the fresh root: a stranger's first minutes with the installed package.
set -eu
run() { echo "\$ $*"; "$@"; }
fail() { echo "error: $*" >&2; exit 1; }

for library in /usr/lib/evotoken-eval/torch/*.so* /usr/bin/evotoken-*; do
  ! ldd "$library" | grep 'not found' || fail "$library lacks libraries"
done
# What stands in for CUDA is ours, and nothing of CUDA is wanted besides.
! find / -xdev \( -name 'libcuda.so*' -o -name 'libcublas*' -o -name 'libnvidia*' \) 2>/dev/null | grep . ||
  fail "a CUDA library in a root that should have none"

for program in /usr/bin/evotoken-*; do
  "$program" --help >/dev/null || fail "$program --help"
  case $program in *-bench) continue ;; esac
  [ -e "/usr/share/man/man1/$(basename "$program").1" ] || fail "no manual page of $program"
done
run evotoken-eval --version
run evotoken-eval --task gsm8k --samples 0-1
run evotoken-eval --config /usr/share/evotoken-eval/configs/builtin.json --task gsm8k --samples 0-3
grep -q '"correct": *[1-9]' outputs/builtin*/results.json || fail "the built-in model answers nothing right"
run evotoken-generate --prompt "What is 12 + 30?" --gen_length 32 --trace trace.jsonl
run evotoken-report --trace trace.jsonl --html replay.html
run evotoken-report outputs --html report.html
grep -q '<html' report.html || fail "report.html is no page"

mkdir answers
cat >answers/gsm8k_128_64_0_generations.json <<'JSON'
{"generations": [
  {"question": "What is 12 + 30?", "prompt_input": "What is 12 + 30?", "generations": "It is \\boxed{42}.", "ground_truth": 42.0},
  {"question": "What is 2 + 3?", "prompt_input": "What is 2 + 3?", "generations": "It is \\boxed{6}.", "ground_truth": 5.0}],
 "metrics": {"wall_time": 1.0, "total_tokens": 8}}
JSON
run evotoken-score answers --json score.json
grep -q '"correct": *1' score.json || { cat score.json; fail "one of two answers is right"; }
run evotoken-make-problems problems.jsonl 8 1
echo "all of it ran"
