// What is fuzzed: each target takes any bytes and returns, or there is a find. libFuzzer calls one
// of them for ever (fuzzer_main.cc); corpus_test.cc calls each with its kept inputs.
#pragma once

#include <array>
#include <string_view>

namespace evotoken::fuzz {

/// Throws nothing that the code under test documents; anything else that leaves it is a find.
using Target = void (*)(std::string_view bytes);

void generations_file(std::string_view bytes);  ///< a body of *_generations.json
void grader(std::string_view bytes);            ///< both graders of all tasks; see grader.cc
void items_csv(std::string_view bytes);         ///< an items table
void journal(std::string_view bytes);           ///< a journal, as it is and with right checksums
void json_lines(std::string_view bytes);        ///< JSON lines, lm-eval's samples among them
void latex_parser(std::string_view bytes);      ///< the parser of MATH answers by itself
void results_json(std::string_view bytes);      ///< our results.json and lm-eval's
void safetensors(std::string_view bytes);       ///< a file, and its header alone
void tokenizer_json(std::string_view bytes);    ///< tokenizer.json, then a text through its parts

struct NamedTarget {
  const char* name;  ///< also its folder in tests/fuzz/corpus
  Target run;
};

inline constexpr std::array<NamedTarget, 9> kTargets = {{
    {"generations_file", generations_file},
    {"grader", grader},
    {"items_csv", items_csv},
    {"journal", journal},
    {"json_lines", json_lines},
    {"latex_parser", latex_parser},
    {"results_json", results_json},
    {"safetensors", safetensors},
    {"tokenizer_json", tokenizer_json},
}};

}  // namespace evotoken::fuzz
