#!/usr/bin/env bash
# kill -9 at any moment: runs with 1, 2 and 5 workers are killed after a random time, again and again, and
# the same command goes on. No sample is lost, none is there twice, and the results are those of one
# undisturbed run.
# usage: eval_kills_test.sh EVOTOKEN_EVAL MODEL [KILLS]
set -euo pipefail
eval_program="$(realpath "$1")"
model="$(realpath "$2")"
kills="${3:-12}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
flags=(--model_path "$model" --task gsm8k,svamp --limit 24 --decoder evotoken --dtype float32
  --gen_length 32 --block_length 8)
"$eval_program" "${flags[@]}" --output_dir one/r >/dev/null 2>&1

records() { cat many/*/*_journal.jsonl 2>/dev/null | grep -c '"sample_id"' || true; }

mkdir many
workers=(1 2 5)
RANDOM=20  # the same times in each run of this test, as far as a clock allows
told=0
in_work=0
for ((kill = 0; kill < kills; ++kill)); do
  "$eval_program" "${flags[@]}" --workers "${workers[kill % 3]}" --output_dir many/r >out 2>err &
  run=$!
  before="$(records)"
  # Start-up takes a while: half of the kills wait for the first sample, so that they hit the work.
  if ((kill % 2)); then
    until (($(records) > before)) || ! kill -0 "$run" 2>/dev/null; do sleep 0.01; done
  fi
  sleep "0.$((RANDOM % 10))$((RANDOM % 10))"
  kill -9 "$run" 2>/dev/null && told=$((told + 1))
  wait "$run" 2>/dev/null || true
  (($(records) > before)) && in_work=$((in_work + 1))
done
((in_work > 0)) || { echo "FAILED: no kill hit a run at work, so nothing was tried"; exit 1; }
kept="$(records)"
"$eval_program" "${flags[@]}" --workers 2 --output_dir many/r >out 2>err ||
  { echo "FAILED: the last run failed"; cat err; exit 1; }

samples="$(grep -ho '"sample_id":"[^"]*"' many/*/*_journal.jsonl | wc -l)"
for journal in many/*/*_journal.jsonl; do
  doubled="$(grep -o '"sample_id":"[^"]*"' "$journal" | sort | uniq -d | wc -l)"
  ((doubled == 0)) || { echo "FAILED: $journal has $doubled samples twice"; exit 1; }
done
((samples == 48)) || { echo "FAILED: $samples samples in the journals, expected 48"; exit 1; }
for one in one/*/*_generations.json; do
  many="many/${one#one/}"
  # All but the wall time, which is no result.
  diff <(grep -v wall_time "$one") <(grep -v wall_time "$many") >/dev/null ||
    { echo "FAILED: $many differs from the undisturbed run"; exit 1; }
done
echo "$told kills, $in_work of them after samples of that run; $kept of 48 samples kept by then;" \
  "0 lost, 0 doubled, results as undisturbed"
