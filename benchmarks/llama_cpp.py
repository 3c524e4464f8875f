#!/usr/bin/env python3
"""Decoding by llama.cpp's diffusion example, timed beside evotoken-bench on the same model.

usage: benchmarks/llama_cpp.py --llama_cli PATH [--work_dir DIR] [--dtype float32,bfloat16] [--threads 1,2]
                               [--gen_length 128] [--diffusion_steps 64] [--repetitions 3] [--json FILE]

A random model of LLaDA's layout is converted to GGUF and decoded by both sides as LLaDA's authors do it (low
confidence, blocks; our --decoder llada). Exit status 1 where float32 tokens differ. Times mean something only on
a machine that does nothing else.

Which figures are held against each other:
- llama-diffusion-cli counts blocks over prompt and answer, so it ends with a forward pass for nothing for each
  block of the prompt's length. They are not counted, nor is what its first pass takes longer than the second:
  its times come from the time stamps of its steps. The JSON has its own total as well.
- It draws from the softmax even at --temp 0. Tokens are therefore compared on a copy of the model whose head is
  scaled up until drawing means taking the largest logit (and q and k, so that positions matter); the times are
  those of the model itself, because exponentials of such logits underflow, which few of a real model's do.
- Model load is outside on both sides. llama.cpp works out the logits of all rows, we those of the block.

Needs a build, and gguf, numpy and safetensors from PyPI (any folder on PYTHONPATH). To get llama-diffusion-cli:

    pip download --no-deps --no-binary llama-cpp-python llama-cpp-python && tar xzf llama_cpp_python-*.tar.gz
    cmake -S llama_cpp_python-*/vendor/llama.cpp -B llama-build -G Ninja -DCMAKE_BUILD_TYPE=Release \\
          -DGGML_NATIVE=ON -DBUILD_SHARED_LIBS=OFF -DLLAMA_CURL=OFF -DLLAMA_OPENSSL=OFF -DLLAMA_BUILD_TESTS=OFF \\
          -DLLAMA_BUILD_TOOLS=OFF -DLLAMA_BUILD_SERVER=OFF -DLLAMA_BUILD_APP=OFF
    ninja -C llama-build llama-diffusion-cli    # llama-build/bin/llama-diffusion-cli
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys

import gguf
import numpy as np
from safetensors.numpy import load_file, save_file

ROOT = pathlib.Path(__file__).resolve().parent.parent
BIN = pathlib.Path(os.environ.get("EVOTOKEN_BIN", ROOT / "build" / "bin"))
SHAPE = ["--d_model", "512", "--n_layers", "6", "--n_heads", "8", "--mlp_hidden_size", "1536",
         "--vocab_size", "126464", "--dtype", "float32"]  # 150 M parameters
SHARPEN = {r"ff_out": 2.0 ** 14, r"blocks\.\d+\.[qk]_proj": 4.0}  # exact in every dtype
GGUF_TYPES = {"float32": gguf.GGMLQuantizationType.F32, "bfloat16": gguf.GGMLQuantizationType.BF16}
LAYER_NAMES = {"attn_norm": "attn_norm", "q_proj": "attn_q", "k_proj": "attn_k", "v_proj": "attn_v",
               "attn_out": "attn_output", "ff_norm": "ffn_norm", "ff_proj": "ffn_gate", "up_proj": "ffn_up",
               "ff_out": "ffn_down"}


def read_weights(folder):
    weights = {}
    for file in sorted(folder.glob("*.safetensors")):
        weights.update(load_file(file))
    return {name.removeprefix("model.transformer.").removesuffix(".weight"): w for name, w in weights.items()}


def sharpen(name, weight):
    factor = next((factor for pattern, factor in SHARPEN.items() if re.fullmatch(pattern, name)), 1.0)
    return weight * np.float32(factor)


def make_models(work_dir):
    """The model to time and the one to compare tokens with, which differs by the factors of SHARPEN."""
    timed, compared = work_dir / "model", work_dir / "sharpened"
    if not (timed / "config.json").exists():
        subprocess.run([BIN / "evotoken-random-model", timed, *SHAPE], check=True, stdout=subprocess.DEVNULL)
    if not (compared / "config.json").exists():
        compared.mkdir(exist_ok=True)
        weights = {f"model.transformer.{name}.weight": sharpen(name, w)
                   for name, w in read_weights(timed).items()}
        save_file(weights, compared / "model.safetensors", metadata={"format": "pt"})
        for name in ("tokenizer.json", "tokenizer_config.json", "config.json"):
            shutil.copy(timed / name, compared / name)
    return timed, compared


def pair_neighbours(weight, heads):
    """Rows of q or k for a rotation of neighbouring values, from rows for one of a head's two halves."""
    return weight.reshape(heads, 2, -1, weight.shape[1]).swapaxes(1, 2).reshape(weight.shape)


def gguf_tensors(folder, config):
    names = {"wte": "token_embd", "ln_f": "output_norm", "ff_out": "output"}  # llama.cpp ties where no output is
    for name, weight in read_weights(folder).items():
        if name not in names:
            _, layer, part = name.split(".")
            heads = {"q_proj": config["n_heads"], "k_proj": config["n_kv_heads"]}.get(part)
            weight = pair_neighbours(weight, heads) if heads else weight
            name = f"blk.{layer}.{LAYER_NAMES[part]}"
        else:
            name = names[name]
        yield name + ".weight", np.ascontiguousarray(weight, dtype=np.float32)


def convert(folder, dtype):
    """Writes folder/DTYPE.gguf. Its vocabulary spells token i as <i>, so that a text can give any ids."""
    path = folder / f"{dtype}.gguf"
    if path.exists():
        return path
    config = json.loads((folder / "config.json").read_text())
    unfinished = path.with_suffix(".unfinished")
    writer = gguf.GGUFWriter(unfinished, "llada")
    writer.add_block_count(config["n_layers"])
    writer.add_context_length(config["max_sequence_length"])
    writer.add_embedding_length(config["d_model"])
    writer.add_feed_forward_length(config["mlp_hidden_size"])
    writer.add_head_count(config["n_heads"])
    writer.add_head_count_kv(config["n_kv_heads"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_freq_base(config["rope_theta"])
    writer.add_rope_dimension_count(config["d_model"] // config["n_heads"])
    writer.add_vocab_size(config["vocab_size"])
    writer.add_causal_attention(False)
    writer.add_diffusion_shift_logits(False)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("default")
    writer.add_token_list([f"<{i}>" for i in range(config["vocab_size"])])
    in_prompts = min(config["mask_token_id"], config["eos_token_id"])  # decode_bench.cc, make_requests
    writer.add_token_types([gguf.TokenType.USER_DEFINED if i < in_prompts else gguf.TokenType.NORMAL
                            for i in range(config["vocab_size"])])
    writer.add_token_merges(["< >"])  # never used; the loader wants some
    writer.add_eos_token_id(config["eos_token_id"])
    writer.add_mask_token_id(config["mask_token_id"])
    writer.add_add_bos_token(False)
    writer.add_chat_template("{{ messages[0]['content'] }}")
    for name, weight in gguf_tensors(folder, config):
        kind = GGUF_TYPES["float32" if weight.ndim == 1 else dtype]  # as llama.cpp's own conversion does
        writer.add_tensor(name, gguf.quants.quantize(weight, kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    unfinished.rename(path)
    return path


def ours(folder, dtype, threads, options):
    flags = [f"--{name}={options[name]}" for name in
             ("gen_length", "diffusion_steps", "block_length", "prompt_length")]
    done = subprocess.run([BIN / "evotoken-bench", "--model_path", folder, "--dtype", dtype, "--decoder", "llada",
                           "--temperature", "0", "--threads", str(threads), "--repetitions", "1", "--json", "-",
                           *flags], stdout=subprocess.PIPE, check=True)
    result = json.loads(done.stdout)["results"][0]
    return {"tokens": result["output_ids"], "prompt": result["prompt_ids"], "passes": result["nfe"],
            "seconds": result["seconds"]["median"]}


def llama(cli, path, prompt, threads, options):
    prompt_length, length, block = options["prompt_length"], options["gen_length"], options["block_length"]
    total = prompt_length + length
    steps = options["diffusion_steps"] * total // length  # of which those of the prompt's blocks are not taken
    flags = {"-m": path, "-p": "".join(f"<{i}>" for i in prompt), "-ub": total, "-b": total, "-c": total,
             "-t": threads, "-tb": threads, "-fa": options["flash_attention"], "--load-mode": "none",
             "--diffusion-block-length": block, "--diffusion-steps": steps, "--diffusion-algorithm": 4,
             "--temp": 0, "--top-k": 0, "--top-p": 1, "--seed": 1, "--log-verbosity": 3}
    command = [str(word) for pair in flags.items() for word in pair]
    command += ["--log-prefix", "--log-timestamps"]
    done = subprocess.run([cli, *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    summary = re.search(r"total time: ([\d.]+)ms, time per step: [\d.]+ms, sampling time per step: ([\d.]+)ms(.*)",
                        done.stdout, re.DOTALL)
    if done.returncode != 0 or not summary:
        sys.exit(f"{cli}: exit status {done.returncode}\n{done.stdout[-3000:]}")
    starts = [60 * int(minute) + int(second) + float(f"0.{milli}{micro}") for minute, second, milli, micro in
              re.findall(r"(\d+)\.(\d+)\.(\d{3})\.(\d{3}) I\s+diffusion step: ", done.stdout)]
    passes = [end - start for start, end in zip(starts, starts[1:])][:options["diffusion_steps"]]
    return {"tokens": [int(i) for i in re.findall(r"<(\d+)>", summary[3])], "passes": len(passes),
            "seconds": sum(passes) - max(0, passes[0] - passes[:2][-1]), "first_pass_seconds": passes[0],
            "passes_for_nothing": len(starts) - len(passes), "its_total_seconds": float(summary[1]) / 1e3,
            "sampling_seconds": float(summary[2]) / 1e3 * steps}


def compare_tokens(cli, folder, dtype, options):
    mine = ours(folder, dtype, options["threads"][0], options)
    theirs = llama(cli, convert(folder, dtype), mine["prompt"], options["threads"][0], options)
    pairs = list(zip(mine["tokens"], theirs["tokens"], strict=True))
    return {"same_tokens": sum(a == b for a, b in pairs), "of_tokens": len(pairs),
            "first_difference": next((i for i, (a, b) in enumerate(pairs) if a != b), None),
            "passes": {"ours": mine["passes"], "llama": theirs["passes"]}}


def measure(cli, folder, dtype, threads, options):
    path = convert(folder, dtype)
    runs = []
    for _ in range(options["repetitions"]):  # in turn, so that a change of the machine's speed meets both
        mine = ours(folder, dtype, threads, options)
        theirs = llama(cli, path, mine["prompt"], threads, options)
        runs.append({side: {k: v for k, v in run.items() if k not in ("tokens", "prompt")}
                     for side, run in (("ours", mine), ("llama", theirs))})
    row = {"name": f"{dtype}, {threads} threads", "dtype": dtype, "threads": threads}
    for side in ("ours", "llama"):
        median = statistics.median(run[side]["seconds"] for run in runs)
        row[side] = {"seconds": median, "ms_per_pass": 1e3 * median / options["diffusion_steps"],
                     "tokens_per_second": options["gen_length"] / median}
    return {**row, "ratio": row["llama"]["seconds"] / row["ours"]["seconds"], "runs": runs}


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--llama_cli", type=pathlib.Path, required=True, help="llama-diffusion-cli")
    parser.add_argument("--work_dir", type=pathlib.Path, default=pathlib.Path("/tmp/evotoken-llama-cpp"))
    parser.add_argument("--dtype", default="float32,bfloat16", help="float32, bfloat16; a list")
    parser.add_argument("--threads", default="1,2", help="a list")
    parser.add_argument("--prompt_length", type=int, default=128)
    parser.add_argument("--gen_length", type=int, default=128)
    parser.add_argument("--block_length", type=int, default=32)
    parser.add_argument("--diffusion_steps", type=int, default=64)
    parser.add_argument("--flash_attention", choices=("on", "off", "auto"), default="off",
                        help="of llama.cpp, in float16 whatever the model's dtype")
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--json", type=pathlib.Path)
    options = vars(parser.parse_args())
    options["dtype"] = options["dtype"].split(",")
    options["threads"] = [int(n) for n in options["threads"].split(",")]
    block = options["block_length"]
    if options["prompt_length"] % block or options["gen_length"] % block or \
            options["diffusion_steps"] % (options["gen_length"] // block):
        parser.error("prompt_length and gen_length must be multiples of block_length (llama.cpp's blocks start "
                     "at position 0), and diffusion_steps one of the number of blocks")
    return options


def main():
    options = parse_arguments()
    cli = options.pop("llama_cli")
    version = subprocess.run([cli, "--version"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout
    timed, compared = make_models(options["work_dir"])
    checks, rows = {}, []
    for dtype in options["dtype"]:
        # Coarse roundings decide near ties of random weights, and after one other token all may be others; what
        # one pass predicts for a block says more then.
        one_pass = {**options, "gen_length": options["block_length"], "diffusion_steps": 1}
        check = checks[dtype] = {"one_pass": compare_tokens(cli, compared, dtype, one_pass),
                                 "all_passes": compare_tokens(cli, compared, dtype, options)}
        print(f"{dtype}: the same tokens: " + ", ".join(
            f"{c['same_tokens']} of {c['of_tokens']} ({name.replace('_', ' ')})" for name, c in check.items()),
            flush=True)
        for threads in options["threads"]:
            row = measure(cli, timed, dtype, threads, options)
            rows.append(row)
            mine, theirs = row["ours"], row["llama"]
            print(f"{dtype:8} {threads} threads  llama.cpp {theirs['ms_per_pass']:7.1f} ms/pass "
                  f"{theirs['tokens_per_second']:6.1f} tokens/s  ours {mine['ms_per_pass']:7.1f} ms/pass "
                  f"{mine['tokens_per_second']:6.1f} tokens/s  {row['ratio']:5.2f} x", flush=True)
    if options["json"]:
        settings = {k: v for k, v in options.items() if k not in ("json", "work_dir")}
        options["json"].write_text(json.dumps({"benchmark": "llama_cpp", "llama_cpp": version.strip().splitlines(),
                                               "settings": settings, "same_tokens": checks, "results": rows},
                                              indent=1) + "\n")
    return int(any(c["same_tokens"] != c["of_tokens"] for c in checks.get("float32", {}).values()))


if __name__ == "__main__":
    sys.exit(main())
