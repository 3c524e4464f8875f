#!/usr/bin/env bash
# A real disk that fills up, and that is then read-only: the run ends with one line that says so and exit
# status 4, the journal is whole, and with room again the same command goes on.
# usage: eval_disks_test.sh EVOTOKEN_EVAL MODEL. Exit 77: skipped, needs the right to mount.
set -euo pipefail
eval_program="$(realpath "$1")"
model="$(realpath "$2")"
work="$(mktemp -d)"
cleanup() {
  umount "$work/disk" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
mkdir "$work/disk"
mount -t tmpfs -o size=20k tmpfs "$work/disk" 2>/dev/null || { echo "SKIPPED: no right to mount"; exit 77; }
cd "$work"
flags=(--model_path "$model" --task gsm8k --limit 32 --decoder evotoken --dtype float32
  --gen_length 32 --block_length 8 --workers 1)
fail() { echo "FAILED: $1"; cat err; exit 1; }
records() { cat disk/*/*_journal.jsonl 2>/dev/null | grep -c '"sample_id"' || true; }
# status: runs the command and gives its exit status
status() { "$eval_program" "${flags[@]}" --output_dir "$1" >out 2>err && echo 0 || echo $?; }

[ "$(status one/r)" = 0 ] || fail "the undisturbed run"
[ "$(status disk/r)" = 4 ] || fail "a full disk is no run-time failure"
grep -q "error: .*No space left on device" err || fail "the full disk is not named"
full="$(records)"
((full > 0)) || fail "nothing was kept before the disk was full"
mount -o remount,size=4m "$work/disk"

mount -o remount,ro "$work/disk"
[ "$(status disk/r)" = 4 ] || fail "a read-only disk is no run-time failure"
grep -q "error: .*Read-only file system" err || fail "the read-only disk is not named"
mount -o remount,rw "$work/disk"

[ "$(status disk/r)" = 0 ] || fail "the run that goes on"
(("$(records)" == 32)) || fail "$(records) samples in the journal, expected 32"
name="r_blockLength_8_kSoft_3_alphaSoftMask_0.7/gsm8k_32_16_0_generations.json"
diff <(grep -v wall_time "one/$name") <(grep -v wall_time "disk/$name") >/dev/null ||
  fail "the results differ from the undisturbed run"
echo "full after $full of 32 samples, then read-only; none lost, results as undisturbed"
