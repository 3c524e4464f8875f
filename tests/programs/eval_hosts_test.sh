#!/usr/bin/env bash
# Several hosts, made of network namespaces: three processes of one run meet over a virtual network, one
# of them is killed, and the results are those of one process.
# usage: eval_hosts_test.sh EVOTOKEN_EVAL MODEL. Exit 77: skipped, needs root and network namespaces.
set -euo pipefail
eval_program="$(realpath "$1")"
model="$(realpath "$2")"
name="evo$$"
work="$(mktemp -d)"
cleanup() {
  for host in 0 1 2; do ip netns del "$name-$host" 2>/dev/null || true; done
  ip link del "$name" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
command -v ip >/dev/null || { echo "SKIPPED: no ip program (package iproute2)"; exit 77; }
ip link add "$name" type bridge 2>/dev/null && ip netns add "$name-0" 2>/dev/null ||
  { echo "SKIPPED: no right to make network namespaces"; exit 77; }
ip link set "$name" up
for host in 0 1 2; do
  ip netns add "$name-$host" 2>/dev/null || true
  ip link add "$name-$host" type veth peer name eth0 netns "$name-$host"
  ip link set "$name-$host" master "$name" up
  ip -n "$name-$host" addr add "10.77.0.$((host + 1))/24" dev eth0
  ip -n "$name-$host" link set eth0 up
  ip -n "$name-$host" link set lo up
done

cd "$work"
flags=(--model_path "$model" --task gsm8k,svamp --limit 24 --decoder evotoken --dtype float32
  --gen_length 32 --block_length 8 --workers 1 --lease_s 1)
"$eval_program" "${flags[@]}" --output_dir one/r >/dev/null 2>&1
for host in 0 1 2; do
  MASTER_ADDR=10.77.0.1 MASTER_PORT=29500 WORLD_SIZE=3 RANK=$host \
    ip netns exec "$name-$host" "$eval_program" "${flags[@]}" --output_dir many/r >"$host.out" 2>"$host.err" &
  pids[host]=$!
done
journal=many/r_blockLength_8_kSoft_3_alphaSoftMask_0.7/gsm8k_32_16_2_journal.jsonl
for _ in $(seq 1000); do [ -s "$journal" ] && break; sleep 0.02; done
[ -s "$journal" ] || { echo "FAILED: the third host never got to work"; cat ./*.err; exit 1; }
kill -9 "${pids[2]}"
wait "${pids[0]}" "${pids[1]}" || { echo "FAILED: a host that was not killed failed"; cat ./*.err; exit 1; }
for one in one/*/*_generations.json; do
  many="many/${one#one/}"
  # All but the wall time, which is no result.
  diff <(grep -v wall_time "$one") <(grep -v wall_time "$many") >/dev/null ||
    { echo "FAILED: $many differs from one process"; exit 1; }
done
echo "3 hosts, one killed: results as of one process"
