#!/usr/bin/env python3
"""EvoToken and hard-mask decoding the way research code does it, timed beside evotoken-bench.

usage: benchmarks/research_way.py [--work_dir DIR] [--temperature 0,0.5] [--decoder evotoken,hard_mask]
                                  [--gen_length 128] [--diffusion_steps 64] [--device cpu] [--dtype float32]
                                  [--json FILE]

The published computation in PyTorch, as its authors' code performs it: logits of the full sequence, softmax
in float64, Gumbel noise over all rows, top-k of all rows, host synchronisation at each step; written by us
after the description in arXiv 2601.07351 and ML-GSAI/LLaDA. For each setting it first checks that both sides
give the same tokens (with temperature by the same random numbers, see engine/kernels/uniforms.h), then times
them in turn on the same model, dtype and threads, and prints the ratio.

Needs a build, and torch, numpy and safetensors from PyPI (any folder on PYTHONPATH).
"""
import argparse
import json
import math
import os
import pathlib
import statistics
import subprocess
import time

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file

ROOT = pathlib.Path(__file__).resolve().parent.parent
BIN = pathlib.Path(os.environ.get("EVOTOKEN_BIN", ROOT / "build" / "bin"))
SHAPE = ["--d_model", "512", "--n_layers", "6", "--n_heads", "8", "--mlp_hidden_size", "1536",
         "--vocab_size", "126464", "--dtype", "float32"]  # 150 M parameters


class Llada:
    """The forward pass over one whole sequence."""

    def __init__(self, folder, device, dtype):
        self.config = json.loads((folder / "config.json").read_text())
        self.weights = {}
        for file in sorted(folder.glob("*.safetensors")):
            self.weights.update({name: w.to(device, dtype) for name, w in load_file(file).items()})

    def w(self, name):
        return self.weights[f"model.transformer.{name}.weight"]

    def norm(self, x, name):
        wide = x.float()
        scale = torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + self.config["rms_norm_eps"])
        return (wide * scale).to(x.dtype) * self.w(name)

    def rotate(self, x):  # [heads, L, head_dim]
        length, dim = x.shape[1:]
        frequency = 1.0 / self.config["rope_theta"] ** (torch.arange(0, dim, 2).float() / dim)
        angles = torch.outer(torch.arange(length).float(), frequency)
        cos, sin = (torch.cat((f(angles),) * 2, -1).to(x.device) for f in (torch.cos, torch.sin))
        first, second = x.float().chunk(2, -1)
        return (x.float() * cos + torch.cat((-second, first), -1) * sin).to(x.dtype)

    def logits(self, h):  # [L, d] -> [L, V]
        heads = self.config["n_heads"]
        split = lambda x: x.view(len(x), heads, -1).transpose(0, 1)
        for i in range(self.config["n_layers"]):
            b = f"blocks.{i}."
            z = self.norm(h, b + "attn_norm")
            q, k, v = (split(F.linear(z, self.w(b + p))) for p in ("q_proj", "k_proj", "v_proj"))
            a = F.scaled_dot_product_attention(self.rotate(q)[None], self.rotate(k)[None], v[None])[0]
            h = h + F.linear(a.transpose(0, 1).reshape(len(h), -1), self.w(b + "attn_out"))
            z = self.norm(h, b + "ff_norm")
            h = h + F.linear(F.silu(F.linear(z, self.w(b + "ff_proj"))) * F.linear(z, self.w(b + "up_proj")),
                             self.w(b + "ff_out"))
        return F.linear(self.norm(h, "ln_f"), self.w("ff_out"))


def philox_uniforms(key, step, positions, vocab):
    """uniforms.h: Philox4x32-10 of the counters (row/2, 0, position, step), two doubles of 53 bits each."""
    u32 = np.uint32
    pairs = np.arange((vocab + 1) // 2, dtype=u32)[None, :]
    shape = (len(positions), pairs.shape[1])
    c = [np.broadcast_to(pairs, shape).copy(), np.zeros(shape, u32),
         np.broadcast_to(np.array(positions, u32)[:, None], shape).copy(), np.full(shape, step, u32)]
    k0, k1 = key & 0xFFFFFFFF, key >> 32
    for _ in range(10):
        p0 = c[0].astype(np.uint64) * np.uint64(0xD2511F53)
        p1 = c[2].astype(np.uint64) * np.uint64(0xCD9E8D57)
        high0, high1 = (p0 >> np.uint64(32)).astype(u32), (p1 >> np.uint64(32)).astype(u32)
        c = [high1 ^ c[1] ^ u32(k0), p1.astype(u32), high0 ^ c[3] ^ u32(k1), p0.astype(u32)]
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    draws = [(c[2 * i + 1].astype(np.uint64) << np.uint64(32)) | c[2 * i] for i in (0, 1)]
    both = np.stack([(d >> np.uint64(11)).astype(np.float64) * 2.0 ** -53 for d in draws], -1)
    return torch.from_numpy(both.reshape(len(positions), -1)[:, :vocab].copy())


def decode(model, prompt, options, key=None):
    """Tokens of `options` (evotoken-bench's "decoding"); `key` draws its random numbers, else torch's."""
    soft_tokens = options["decoder"] == "evotoken"
    temperature, alpha, top_k = options["temperature"], options["alpha_soft_mask"], options["k_soft"]
    length, block = options["gen_length"], options["block_length"]
    steps = options["diffusion_steps"] // (length // block)
    mask = model.config["mask_token_id"]
    embedding = model.w("wte")
    x = torch.tensor(prompt + [mask] * length, device=embedding.device)
    confidence = torch.zeros(len(x), dtype=torch.float64, device=x.device)
    soft, nfe = None, 0
    for start in range(len(prompt), len(x), block):
        end = start + block
        for i in range(steps):
            if soft is None:
                h = embedding[x]
            else:
                ids, weights = soft
                h = (embedding[ids] * weights.to(embedding.dtype).unsqueeze(-1)).sum(1)
            logits = model.logits(h)
            if temperature > 0:
                noise = torch.rand(logits.shape, dtype=torch.float64, device=x.device)
                if key is not None:
                    drawn = philox_uniforms(key, nfe, list(range(start, end)), logits.shape[1])
                    noise[start:end] = drawn.to(x.device)
                y = logits.double().exp() / (-noise.log()) ** temperature
                y[:, mask] = -math.inf
            else:
                logits[:, mask] = -math.inf
                y = logits
            x0 = y.argmax(-1)
            p = F.softmax(logits.double(), -1)
            q = p.gather(-1, x0.unsqueeze(-1)).squeeze(-1)
            nfe += 1

            masked = x == mask
            candidates = torch.where(masked, q, -math.inf)
            candidates[end:] = -math.inf
            chosen = candidates.topk(block // steps + (i < block % steps)).indices
            x[chosen], confidence[chosen] = x0[chosen], q[chosen]
            if soft_tokens:
                position = torch.arange(len(x), device=x.device)
                revise = (position >= start) & (x != mask) & (q > confidence) & (x0 != mask)
                x = torch.where(revise, x0, x)
                confidence = torch.where(revise, q, confidence)
                top_p, top_ids = p.topk(top_k, -1)
                total = top_p.sum(-1, keepdim=True)
                own = torch.where((x == mask).unsqueeze(-1), total * alpha / (1 - alpha), 0.0)
                hard = position < start
                top_p[hard], own[hard] = 0.0, 1.0
                weights = torch.cat((top_p, own), -1)
                soft = torch.cat((top_ids, x.unsqueeze(-1)), -1), weights / weights.sum(-1, keepdim=True)
            if not (x[:end] == mask).any().item():
                break
    return x[len(prompt):].tolist(), nfe


def bench(folder, options, repetitions):
    flags = [f"--{name}={options[name]}" for name in
             ("decoder", "temperature", "gen_length", "diffusion_steps", "prompt_length", "threads", "device",
              "dtype")]
    done = subprocess.run([BIN / "evotoken-bench", "--model_path", folder, "--json", "-", "--repetitions",
                           str(repetitions), *flags], stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def measure(folder, model, options, repetitions):
    report = bench(folder, options, repetitions)
    ours = report["results"][0]
    decoding, prompt = ours["decoding"], ours["prompt_ids"]
    tokens, nfe = decode(model, prompt, decoding, key=int(ours["random_key"]))
    same = sum(a == b for a, b in zip(tokens, ours["output_ids"]))
    # Random weights give flat distributions, whose near ties are decided by rounding; once two tokens
    # differ, all that follows may. A model with something to say agrees everywhere (the golden files).
    first = next((i for i, (a, b) in enumerate(zip(tokens, ours["output_ids"])) if a != b), None)
    times = []
    for _ in range(repetitions):
        start = time.perf_counter()
        decode(model, prompt, decoding)
        times.append(time.perf_counter() - start)
    theirs, mine = statistics.median(times), ours["seconds"]["median"]
    return {"name": f"{decoding['decoder']}, T {decoding['temperature']}",
            "decoder": decoding["decoder"], "temperature": decoding["temperature"],
            "same_tokens": same, "of_tokens": len(tokens), "first_difference": first,
            "nfe": [nfe, ours["nfe"]], "research_seconds": times, "ours_seconds": ours["seconds"],
            "ratio": theirs / mine, "share_of_floor": ours["share_of_floor"],
            "share_of_roofline": ours["share_of_roofline"], "context": report["context"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--work_dir", type=pathlib.Path, default=pathlib.Path("/tmp/evotoken-research-way"))
    parser.add_argument("--temperature", default="0,0.5")
    parser.add_argument("--decoder", default="evotoken,hard_mask")
    parser.add_argument("--prompt_length", type=int, default=128)
    parser.add_argument("--gen_length", type=int, default=128)
    parser.add_argument("--diffusion_steps", type=int, default=64)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--dtype", default="float32", help="float32, bfloat16, float16")
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--json", type=pathlib.Path)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.set_grad_enabled(False)
    folder = arguments.work_dir / "model"
    if not (folder / "config.json").exists():
        subprocess.run([BIN / "evotoken-random-model", folder, *SHAPE], check=True, stdout=subprocess.DEVNULL)
    model = Llada(folder, arguments.device, getattr(torch, arguments.dtype))
    rows = []
    for decoder in arguments.decoder.split(","):
        for temperature in arguments.temperature.split(","):
            options = {**vars(arguments), "decoder": decoder, "temperature": float(temperature)}
            rows.append(measure(folder, model, options, arguments.repetitions))
            row = rows[-1]
            print(f"{decoder:10} T {temperature:4} same tokens {row['same_tokens']}/{row['of_tokens']}  research "
                  f"{statistics.median(row['research_seconds']):8.2f} s  ours {row['ours_seconds']['median']:7.2f} s"
                  f"  {row['ratio']:5.1f} x  {100 * row['share_of_floor']:.0f}% of the GEMM floor", flush=True)
    if arguments.json:
        arguments.json.write_text(json.dumps({"benchmark": "research_way", "torch": torch.__version__,
                                              "threads": arguments.threads, "results": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
