#!/usr/bin/env bash
# Makes the built-in model: models/make_tiny.sh WORK_DIR [UPDATES]
#
# Problems → tokenizer → base model (masked diffusion: short responses, then full-length ones) → adapter
# (continuous trajectory supervision). Some two hours on two cores, minutes on a GPU. A second call with
# the same WORK_DIR goes on where the first one stopped. FROM=FOLDER goes on from a trained model
# (FROM=models/tiny) in place of a random one; another SEED gives other problems.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
bin="$root/build/bin"
work="${1:?usage: models/make_tiny.sh WORK_DIR [UPDATES]}"
updates="${2:-6000}"
seed="${SEED:-1}"
from="${FROM:+$(realpath "$FROM")}"
mkdir -p "$work"
cd "$work"

if [ ! -e data.done ]; then
  "$bin/evotoken-make-problems" equations.jsonl 150000 "$((seed * 5))" equations
  "$bin/evotoken-make-problems" rest.jsonl 150000 "$((seed * 5 + 1))" rest
  "$bin/evotoken-make-problems" numbers.jsonl 150000 "$((seed * 5 + 2))" numbers
  "$bin/evotoken-make-problems" worked.jsonl 75000 "$((seed * 5 + 3))"
  "$bin/evotoken-make-problems" vocabulary.jsonl 40000 "$((seed * 5 + 4))"
  touch data.done
fi
problems=(--train_data rest.jsonl numbers.jsonl worked.jsonl equations.jsonl)
common=(--min_response_length 0 --weight_decay 0.05 --beta2 0.98 --grad_accum_steps 1 --save_every 200
  --group_by_length --resume)

if [ -z "$from" ] && [ ! -e start/config.json ]; then
  "$bin/evotoken-train-tokenizer" --train_data vocabulary.jsonl --output_dir tokenizer --vocab_size 2048
  "$bin/evotoken-random-model" start --tokenizer tokenizer --d_model 192 --n_layers 6 --n_heads 6 \
    --mlp_hidden_size 512 --max_sequence_length 512 --dtype float32
fi
# Most of decoding meets a response of which most is masked: its rest, or its numbers.
"$bin/evotoken-train" sft --muon --model_name "${from:-start}" "${problems[@]}" --output_dir short \
  --max_updates "$updates" --batch_size 96 --learning_rate 2e-3 --warmup_updates 100 --least_t 0.4 \
  "${common[@]}"
# Responses of the length that decoding gives, so that the model learns to end.
"$bin/evotoken-train" sft --muon --model_name short "${problems[@]}" --output_dir base \
  --max_updates "$((updates / 4))" --batch_size 64 --learning_rate 1e-3 --warmup_updates 20 \
  --least_t 0.4 --pad_response_to 64 "${common[@]}"
"$bin/evotoken-train" cts --model_name base --train_data worked.jsonl --output_dir adapter \
  --max_updates "$((updates / 6))" --batch_size 16 --lora_r 32 --lora_alpha 64 --block_cap 32 \
  --max_examples 20000 --learning_rate 1e-3 --warmup_updates 20 --pad_response_to 64 "${common[@]}"

mkdir -p tiny/cts
cp base/{config.json,model.safetensors,tokenizer.json,tokenizer_config.json} tiny/
cp adapter/adapter_config.json adapter/adapter_model.safetensors tiny/cts/
echo "$work/tiny: the model and its adapter; models/tiny is a copy of such a folder"
