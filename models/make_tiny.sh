#!/usr/bin/env bash
# Makes the built-in model again, or goes on with it: models/make_tiny.sh WORK_DIR [UPDATES]
#
# Problems → tokenizer → base model (masked diffusion) → adapter (continuous trajectory supervision).
# Hours on two cores, minutes on a GPU. A second call with the same WORK_DIR goes on where the first one
# stopped. With models/tiny in the checkout, training starts from there; another SEED gives other
# problems.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
bin="$root/build/bin"
work="${1:?usage: models/make_tiny.sh WORK_DIR [UPDATES]}"
updates="${2:-6000}"
seed="${SEED:-1}"
mkdir -p "$work"
cd "$work"

if [ ! -e data.done ]; then
  # Arithmetic is learned from bare equations, of which only the results are masked, and from results
  # within problems; the rest from whole problems.
  "$bin/evotoken-make-problems" equations.jsonl 240000 "$((seed * 4 + 1))" equations
  "$bin/evotoken-make-problems" results.jsonl 60000 "$((seed * 4 + 2))" results
  "$bin/evotoken-make-problems" worked.jsonl 60000 "$((seed * 4 + 3))"
  "$bin/evotoken-make-problems" cts.jsonl 40000 "$((seed * 4 + 4))"
  touch data.done
fi
if [ ! -e start/config.json ]; then
  if [ -e "$root/models/tiny/config.json" ]; then
    cp -r "$root/models/tiny" start
  else
    "$bin/evotoken-make-problems" vocabulary.jsonl 40000 8
    "$bin/evotoken-train-tokenizer" --train_data vocabulary.jsonl --output_dir tokenizer --vocab_size 2048
    "$bin/evotoken-random-model" start --tokenizer tokenizer --d_model 192 --n_layers 6 --n_heads 6 \
      --mlp_hidden_size 512 --max_sequence_length 512 --dtype float32
  fi
fi
common=(--pad_response_to 64 --min_response_length 0 --weight_decay 0.05 --beta2 0.98 --resume)
"$bin/evotoken-train" sft --model_name start --train_data equations.jsonl results.jsonl worked.jsonl \
  --output_dir base --max_updates "$updates" --batch_size 64 --grad_accum_steps 1 \
  --learning_rate 1.5e-3 --warmup_updates 100 --least_t 0.15 --save_every 100 "${common[@]}"
"$bin/evotoken-train" cts --model_name base --train_data cts.jsonl --output_dir adapter \
  --max_updates "$((updates / 4))" --batch_size 16 --grad_accum_steps 1 --lora_r 16 --lora_alpha 32 \
  --block_cap 32 --max_examples 0 --learning_rate 5e-4 --save_every 100 "${common[@]}"
echo "copy the model.safetensors, config.json and tokenizer files of $work/base to models/tiny," \
  "and the adapter files of $work/adapter to models/tiny/cts"
