#!/usr/bin/env python3
"""Writes engine/tokenizer/unicode_additions.cc.

Which characters the Oniguruma of `tokenizers` (0.21.4: Unicode 16) counts to a general category or a
script and Python's unicodedata (3.11: Unicode 14, as in Debian 12's PCRE2) does not know as such.
Run with Python 3.11: pip install tokenizers==0.21.4; ./make_unicode_additions.py > OUTPUT; clang-format -i OUTPUT
"""
import unicodedata

from tokenizers import Regex, pre_tokenizers

CATEGORIES = ["L", "Ll", "Lm", "Lo", "Lu", "M", "Mc", "Mn", "N", "Nd", "No", "P", "Pd", "Pe", "Po", "Ps", "S", "Sc", "Sk", "Sm", "So"]
SCRIPTS = ["Arabic", "Cyrillic", "Devanagari", "Han", "Hiragana", "Katakana", "Latin"]
CHARACTERS = [chr(c) for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]


def matched(pattern):
    """The characters that `pattern` matches: those that removing its matches removes."""
    splitter = pre_tokenizers.Split(Regex(pattern), "removed")
    kept = set()
    for piece, _ in splitter.pre_tokenize_str("".join(CHARACTERS)):
        kept.update(piece)
    return [c for c in CHARACTERS if c not in kept]


def ranges(characters):
    """Ascending code points as the inside of a bracket class."""
    runs = []
    for code_point in map(ord, characters):
        if runs and runs[-1][1] == code_point - 1:
            runs[-1][1] = code_point
        else:
            runs.append([code_point, code_point])
    return [rf"\x{{{a:x}}}" + (rf"-\x{{{b:x}}}" if b > a else "") for a, b in runs]


def main():
    assert unicodedata.unidata_version.startswith("14."), unicodedata.unidata_version
    print("// Written by tests/engine/tokenizer/data/make_unicode_additions.py: what Unicode 15, 15.1 and 16")
    print("// added to the general categories and to some scripts of Unicode 14.")
    print('#include "engine/tokenizer/unicode_additions.h"\n')
    print("#include <array>\n#include <utility>\n")
    print("namespace evotoken::tokenizer {\nnamespace {\n")
    print("using Addition = std::pair<std::string_view, std::string_view>;\n")
    rows = []
    for name in CATEGORIES + SCRIPTS:
        known = (lambda c: unicodedata.category(c) != "Cn") if name in SCRIPTS else (
            lambda c: unicodedata.category(c).startswith(name))
        added = [c for c in matched(rf"\p{{{name}}}") if not known(c)]
        if not added:
            continue
        lines, line = [], ""
        for part in ranges(added):
            if len(line) + len(part) > 80:
                lines.append(line)
                line = ""
            line += part
        lines.append(line)
        rows.append('{"%s", ' % name + "\n".join(f'R"({text})"' for text in lines) + "},")
    print(f"constexpr std::array<Addition, {len(rows)}> kAdditions{{{{")
    print("\n".join(rows))
    print("}};\n\n}  // namespace\n")
    print("std::string_view unicode_additions(std::string_view category) {")
    print("  for (const auto& [name, ranges] : kAdditions) {\n    if (name == category) return ranges;\n  }\n  return {};\n}\n")
    print("}  // namespace evotoken::tokenizer")


main()
