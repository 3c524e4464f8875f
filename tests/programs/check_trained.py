"""Reads an adapter and a tokenizer of ours with the libraries of the Python ecosystem.

usage: check_trained.py ADAPTER_DIR MODEL_DIR
"""
import json
import pathlib
import sys

import safetensors.numpy
import tokenizers

adapter, model = map(pathlib.Path, sys.argv[1:])

tensors = safetensors.numpy.load_file(adapter / "adapter_model.safetensors")
config = json.loads((adapter / "adapter_config.json").read_text())
base = json.loads((model / "config.json").read_text())
layers, targets, r = base["n_layers"], config["target_modules"], config["r"]
assert len(tensors) == layers * len(targets) * 2, sorted(tensors)
for i in range(layers):
    for target in targets:
        name = f"base_model.model.model.transformer.blocks.{i}.{target}"
        assert tensors[f"{name}.lora_A.weight"].shape == (r, base["d_model"])
        assert tensors[f"{name}.lora_B.weight"].shape[1] == r
        assert tensors[f"{name}.lora_B.weight"].any(), f"{name} was not trained"

tokenizer = tokenizers.Tokenizer.from_file(str(model / "tokenizer.json"))
text = "12 apples <|eot_id|>"
assert tokenizer.decode(tokenizer.encode(text).ids, skip_special_tokens=False) == text

try:
    import peft
except ImportError:
    print("peft is not installed: its reading of adapter_config.json was not tested")
else:
    lora = peft.LoraConfig.from_pretrained(str(adapter))
    assert (lora.r, lora.lora_alpha) == (r, config["lora_alpha"])
    assert set(lora.target_modules) == set(targets)
    weights = peft.utils.load_peft_weights(str(adapter), device="cpu")
    assert set(weights) == set(tensors)
print("read")
