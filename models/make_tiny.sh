#!/usr/bin/env bash
# Makes the built-in model: models/make_tiny.sh WORK_DIR [UPDATES]
#
# Problems → tokenizer → arithmetic → base model (masked diffusion) → adapter (continuous trajectory
# supervision). About two hours on two cores, minutes on a GPU. A second call with the same WORK_DIR goes on
# where the first one stopped. FROM=FOLDER goes on from a trained model (FROM=models/tiny) in place of a
# random one; another SEED gives other problems.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
bin="$root/build/bin"
work="${1:?usage: models/make_tiny.sh WORK_DIR [UPDATES]}"
updates="${2:-3000}"
seed="${SEED:-1}"
from="${FROM:+$(realpath "$FROM")}"
mkdir -p "$work"
cd "$work"

if [ ! -e data.done ]; then
  "$bin/evotoken-make-problems" equations.jsonl 240000 "$((seed * 5))" equations
  "$bin/evotoken-make-problems" results.jsonl 20000 "$((seed * 5 + 1))" results
  "$bin/evotoken-make-problems" worked.jsonl 80000 "$((seed * 5 + 2))"
  "$bin/evotoken-make-problems" cts.jsonl 20000 "$((seed * 5 + 3))"
  touch data.done
fi
common=(--min_response_length 0 --weight_decay 0.05 --beta2 0.98 --grad_accum_steps 1 --save_every 200
  --resume)

if [ -z "$from" ] && [ ! -e arithmetic/config.json ]; then
  if [ ! -e start/config.json ]; then
    "$bin/evotoken-make-problems" vocabulary.jsonl 40000 "$((seed * 5 + 4))"
    "$bin/evotoken-train-tokenizer" --train_data vocabulary.jsonl --output_dir tokenizer --vocab_size 2048
    "$bin/evotoken-random-model" start --tokenizer tokenizer --d_model 192 --n_layers 6 --n_heads 6 \
      --mlp_hidden_size 512 --max_sequence_length 512 --dtype float32
  fi
  # Bare equations of which only the results are masked: arithmetic is learned fastest so.
  "$bin/evotoken-train" sft --muon --model_name start --train_data equations.jsonl --output_dir arithmetic \
    --max_updates 1100 --batch_size 64 --learning_rate 2e-3 --warmup_updates 100 --least_t 0.3 "${common[@]}"
fi
"$bin/evotoken-train" sft --muon --model_name "${from:-arithmetic}" \
  --train_data equations.jsonl results.jsonl worked.jsonl --output_dir base --max_updates "$updates" \
  --batch_size 32 --learning_rate 1.5e-3 --warmup_updates 50 --least_t 0.2 --pad_response_to 64 "${common[@]}"
"$bin/evotoken-train" cts --model_name base --train_data cts.jsonl --output_dir adapter \
  --max_updates "$((updates / 8))" --batch_size 16 --lora_r 16 --lora_alpha 32 --block_cap 32 \
  --max_examples 0 --learning_rate 5e-4 --warmup_updates 20 --pad_response_to 64 "${common[@]}"

mkdir -p tiny/cts
cp base/{config.json,model.safetensors,tokenizer.json,tokenizer_config.json} tiny/
cp adapter/adapter_config.json adapter/adapter_model.safetensors tiny/cts/
echo "$work/tiny: the model and its adapter; models/tiny is a copy of such a folder"
