#!/usr/bin/env python3
"""Writes cases.json: variants of tokenizer.json and what `tokenizers` 0.21.4 makes of some texts.

    pip install tokenizers==0.21.4
    ./make_cases.py                      writes cases.json beside this script
    ./make_cases.py --fuzz PROGRAM N     compares PROGRAM (evotoken-tokenize) with the oracle on N
                                         random texts per variant, writes nothing, exits 1 on a
                                         difference

The vocabulary is the byte-level alphabet and the first merges of a golden tokenizer (EVOTOKEN_GOLDEN_DIR,
default ../../../../../shared/golden), so the file stays small. Seed: 63.
"""
import argparse
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

from tokenizers import Tokenizer

HERE = pathlib.Path(__file__).resolve().parent
GOLDEN = pathlib.Path(os.environ.get("EVOTOKEN_GOLDEN_DIR", HERE.parents[4] / "shared" / "golden"))
MERGES = 160
LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|"
          r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
CL100K = (r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|"
          r"\s*[\r\n]|\s+(?!\S)|\s+")
CL100K_NEW = (r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|"
              r"\s++$|\s*[\r\n]|\s+(?!\S)|\s")
O200K = (r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
         r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
         r"\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")
DEEPSEEK = [r"[\r\n]", r"\s?[A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿ]+", r"\s?[!-/:-~！-／：-～‘-‟　-。]+", r"\s+$", r"[一-龥ࠀ-一가-퟿]+",
            r"\p{N}"]
DEEPSEEK3 = [r"\p{N}{1,3}", "[一-龥぀-ゟ゠-ヿ]+",
             r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+|"
             r" ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"]


def split(pattern, behavior="Isolated", invert=False, kind="Regex"):
    return {"type": "Split", "pattern": {kind: pattern}, "behavior": behavior, "invert": invert}


def byte_level(add_prefix_space=False, use_regex=False):
    return {"type": "ByteLevel", "add_prefix_space": add_prefix_space, "trim_offsets": True, "use_regex": use_regex}


def sequence(*steps):
    return {"type": "Sequence", "pretokenizers": list(steps)}


def cut(pattern, **options):
    return {"pre_tokenizer": sequence(split(pattern, **options), byte_level())}


def token(index, content, special=False, **flags):
    entry = {"id": FIRST_FREE + index, "content": content, "single_word": False, "lstrip": False, "rstrip": False,
             "normalized": not special, "special": special}
    return {**entry, **flags}


def base():
    """A tokenizer.json with the first merges of a golden tokenizer."""
    source = json.loads((GOLDEN / "tokenizer" / "gpt2" / "tokenizer.json").read_text())
    merges = source["model"]["merges"][:MERGES]
    alphabet = sorted((t for t, i in source["model"]["vocab"].items() if i < 256), key=source["model"]["vocab"].get)
    tokens = list(dict.fromkeys(alphabet + [a + b for a, b in merges]))
    return {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None,
        "pre_tokenizer": byte_level(use_regex=True), "post_processor": None,
        "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
        "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": "",
                  "end_of_word_suffix": "", "fuse_unk": False, "byte_fallback": False, "ignore_merges": False,
                  "vocab": {t: i for i, t in enumerate(tokens)}, "merges": merges},
    }


BASE = base()
FIRST_FREE = len(BASE["model"]["vocab"])
BEHAVIORS = ["Isolated", "Removed", "MergedWithPrevious", "MergedWithNext", "Contiguous"]


def variants():
    yield "gpt2", {}
    yield "llama3", cut(LLAMA3)
    yield "cl100k_possessive", cut(CL100K)
    yield "cl100k_new", cut(CL100K_NEW)
    yield "o200k", cut(O200K)
    yield "deepseek", {"pre_tokenizer": sequence(*[split(p) for p in DEEPSEEK], byte_level())}
    yield "deepseek3", {"pre_tokenizer": sequence(*[split(p) for p in DEEPSEEK3], byte_level())}
    yield "invert_removed", cut(LLAMA3, behavior="Removed", invert=True)
    yield "prefix_space", {"pre_tokenizer": byte_level(add_prefix_space=True, use_regex=True)}
    yield "split_then_prefix_space", {"pre_tokenizer": sequence(split(r"\d"), byte_level(add_prefix_space=True))}
    yield "byte_level_then_split", {"pre_tokenizer": sequence(byte_level(), split("Ġ", "MergedWithNext"))}
    for behavior in BEHAVIORS:
        for invert in (False, True):
            yield f"regex_{behavior}_{invert}", cut(r"\s|[a-e]", behavior=behavior, invert=invert)
            yield f"string_{behavior}_{invert}", cut("a.", behavior=behavior, invert=invert, kind="String")
    for name, pattern in {
            "empty_matches": "x*", "word_boundary": r"\b", "not_boundary": r"\B", "word": r"\w+", "not_word": r"\W+",
            "not_space_class": r"[\S\n]+", "not_digit": r"[^\D\n]+|\D", "hex": r"\h+|\H", "anchors": r"^.|.$|\A\s|\s\z",
            "end_anchor": r"\s*\Z", "escapes": r"[\v\f\e\a\t]|\u00e9|\x{301}|\x41", "dot_all": r"(?m:a.)|.",
            "interval": r"a{,2}b|\p{N}{2}?\s|[a-z]{2,3}?", "ranged_plus": r"\p{L}{2,3}+", "whole_options": r"(?i)abc|DEF",
            "script": r"\p{Han}+|\p{^Greek}(?!\s)|\P{Latin}", "literal_braces": r"{|a{x}|\}", "lookbehind": r"(?<=\d)\p{L}+",
            "atomic": r"(?>a+)b|a", "nested": r"(?:(a|(b|c)+)d)+?", "bracket_first": r"[]a]+|[^]b]", "min_range": r"[+--]+",
            "caseless_class": r"(?i:[a-k]+ſ?)", "empty_pattern": ""}.items():
        yield f"pattern_{name}", cut(pattern)
    yield "string_special", cut("[a](.)*", kind="String")
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        yield form.lower(), {"normalizer": {"type": form}, **cut(LLAMA3)}
    yield "normalizer_sequence", {
        "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFD"}, {"type": "NFKC"}]}}
    yield "ignore_merges", {"model": {"ignore_merges": True}, "pre_tokenizer": byte_level()}
    yield "unk_token", {"model": {"unk_token": "?"}, "pre_tokenizer": sequence(byte_level(), split("a"), byte_level())}
    yield "no_decoder", {"decoder": None}
    yield "decoder_sequence", {"decoder": {"type": "Sequence", "decoders": [byte_level()]}}
    strips = [token(0, "<l>", lstrip=True), token(1, "<r>", rstrip=True), token(2, "<lr>", lstrip=True, rstrip=True),
              token(3, "<w>", single_word=True), token(4, "word", single_word=True),
              token(5, "<s>", special=True), token(6, "<sl>", special=True, lstrip=True, rstrip=True),
              token(7, "caf\u00e9", special=True, normalized=True), token(8, "A\u030a"),
              token(9, "a b"), token(10, "<l><r>"), token(11, "\u00e9!"), token(12, "wor", special=True),
              token(13, "the", special=True, single_word=True), token(14, " \n", rstrip=True)]
    yield "added_tokens", {"added_tokens": strips}
    yield "added_tokens_nfc", {"added_tokens": strips, "normalizer": {"type": "NFC"}}
    yield "added_tokens_nfkd", {"added_tokens": strips, "normalizer": {"type": "NFKD"}, **cut(LLAMA3)}
    yield "added_tokens_prefix_space", {"added_tokens": strips, "pre_tokenizer": byte_level(True, True)}
    yield "added_in_vocabulary", {"added_tokens": [
        {**token(0, "the", special=True), "id": BASE["model"]["vocab"].get("the", 0)}]
        if "the" in BASE["model"]["vocab"] else [{**token(0, "h", special=True), "id": BASE["model"]["vocab"]["h"]}]}


def patched(target, patch):
    """`patch` laid over `target`: objects are merged, everything else replaced."""
    result = dict(target)
    for key, value in patch.items():
        result[key] = patched(result[key], value) if isinstance(value, dict) and key == "model" else value
    return result


FRAGMENTS = ["the", " the", "The", " and", "hello", "World", "don't", "I'LL", "we've", "'s", "'S", "'ſ", "1", "42", "1234567",
             " 3.14", "٣٤", "²³", "½", "Ⅷ", " ", "  ", "    ", "\n", "\n\n", "\r\n", "\t", "\v", "\f", "\u00a0", "\u3000", "\u2003",
             "\u0085", "\u180e", "\u200b", "\u2028", "\x1c", "\x00", "\x1b", ".", "...", "!?", "(a)", "[a](.)*", "a.", "a b", "abcd", "{x}",
             "a{x}", "++--", "=", "<<2+3=5>>", "$\\frac{1}{2}$", "_", "‿", "café", "cafe\u0301", "é", "e\u0301", "A\u030a", "Å", "Å",
             "ñ", "é!", "e\u0301!", "ﬁ", "ﬆ", "ß", "straße", "İ", "ı", "Ω", "αβγ", "привет", "中文字符", "日本語テスト", "한국어", "각", "ㄱ", "हिन्दी", "עברית",
             "مرحبا", "ไทย", "😀", "👩‍👩‍👧", "🇩🇪", "Ⓐ", "🄰", "\u0301", "\u0327\u0301", "\u0301\u0327", "a\u0328\u0301", "\ufdfa", "ｱ", "①", "𝒳",
             "\u0344", "\u0958", "\U0001d15e", "𱍊", "\U0001f6dc", "\u1c89", "<l>", "<r>", "<lr>", "<w>", "word", "<s>", "<sl>", "wor",
             "words", " word ", "<l><r>", "x", "xx", "aab", "aaab", "aac", "abd", "DEF", "Abc", "]a]", "[", "\ufffd", "\U0010ffff", "\ue000"]


def random_text(rng):
    kind = rng.random()
    if kind < 0.75:
        return "".join(rng.choice(FRAGMENTS) for _ in range(rng.randint(0, 14)))
    if kind < 0.85:
        return "".join(rng.choice("ab \n'1.x") for _ in range(rng.randint(0, 40)))
    characters = []
    while len(characters) < rng.randint(1, 12):
        code_point = rng.choice([rng.randrange(0x250), rng.randrange(0x3000), rng.randrange(0x110000)])
        if not 0xD800 <= code_point < 0xE000:
            characters.append(chr(code_point))
    return "".join(characters)


def expected(oracle, text):
    ids = oracle.encode(text, add_special_tokens=False).ids
    return {"text": text, "ids": ids, "decoded": oracle.decode(ids, skip_special_tokens=False),
            "decoded_skip_special": oracle.decode(ids, skip_special_tokens=True)}


def oracle_of(patch):
    return Tokenizer.from_str(json.dumps(patched(BASE, patch)))


def write_cases():
    rng = random.Random(63)
    cases = []
    for name, patch in variants():
        oracle = oracle_of(patch)
        texts = [random_text(rng) for _ in range(12)]
        if "added" in name:
            texts += ["a <l> b <r> c  <lr>  d", "<w>a <w> ,<w>, words word", "<s> <sl> <s>", " \n\n <r>  <l>", "the other the",
                      "A\u030a Å cafe\u0301 café é", "<l><r> <l> <r>", "<sl>\n<sl>", "word\u0301 word\u200d word_ word-"]
        cases.append({"name": name, "patch": patch, "encode": [expected(oracle, text) for text in texts]})
    cases.append({"name": "merges_as_strings", "patch": {}, "merges_as_strings": True,
                  "encode": [expected(oracle_of({}), random_text(rng)) for _ in range(12)]})
    document = {"generator": "make_cases.py, seed 63", "oracle": "tokenizers 0.21.4", "base": BASE, "cases": cases}
    with open(HERE / "cases.json", "w", encoding="utf-8") as file:
        json.dump(document, file, ensure_ascii=True, separators=(",", ":"))
        file.write("\n")
    print(f"{len(cases)} variants, {sum(len(c['encode']) for c in cases)} texts")


def fuzz(program, count):
    rng = random.Random()
    differences = 0
    for name, patch in variants():
        oracle = oracle_of(patch)
        texts = [random_text(rng) for _ in range(count)]
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "tokenizer.json").write_text(json.dumps(patched(BASE, patch)))

            def ask(lines, *flags):
                answer = subprocess.run([program, "--model_path", folder, "--jsonl", *flags], check=True, text=True,
                                        input="\n".join(lines), stdout=subprocess.PIPE)
                return [json.loads(line) for line in answer.stdout.split("\n")[:-1]]

            want = [expected(oracle, text) for text in texts]
            got = [entry["ids"] for entry in ask([json.dumps(text) for text in texts])]
            ids = [json.dumps(entry["ids"]) for entry in want]
            plain, skipped = ask(ids, "--decode"), ask(ids, "--decode", "--skip_special")
        bad = [w for w, *g in zip(want, got, plain, skipped) if g != [w["ids"], w["decoded"], w["decoded_skip_special"]]]
        differences += len(bad)
        if bad:
            shortest = min(bad, key=lambda w: len(w["text"]))
            index = want.index(shortest)
            print(f"{name}: {len(bad)} of {count} differ, e.g. {shortest} got {got[index]} {plain[index]!r} {skipped[index]!r}")
    print(f"{differences} differences")
    return 1 if differences else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--fuzz", nargs=2, metavar=("PROGRAM", "N"))
    arguments = parser.parse_args()
    if arguments.fuzz:
        sys.exit(fuzz(arguments.fuzz[0], int(arguments.fuzz[1])))
    write_cases()


main()
