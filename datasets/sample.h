// One problem of a test set, as its file holds it: no prompt, no model, no grading.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace evotoken::datasets {

struct Sample {
  /// Stable name of the problem, "<dataset>/<split>/<index>", e.g. "gsm8k/test/17". Random numbers
  /// and journals are keyed by it.
  std::string id;
  /// Position in file order, from 0.
  std::size_t index = 0;
  /// What the user turn asks (spec: tasks.md, column "question").
  std::string question;
  /// The gold as the file spells it: GSM8K the whole `answer`, MATH500 the `answer`, SVAMP the
  /// number's JSON text ("51.0"), Countdown the target.
  std::string answer;
  /// Countdown: the given numbers in file order. Empty for every other task.
  std::vector<std::int64_t> numbers;
  /// How the gold is reached, where the file says so: MATH500 the worked `solution`, SVAMP the
  /// `Equation`, built-in examples a worked answer. GSM8K has it in `answer`. For few-shot blocks.
  std::string solution;
  /// What the file says besides (MATH500 subject and level, SVAMP type); empty where it says
  /// nothing.
  std::string subject;
  std::string level;
};

/// A test set with where it came from.
struct Dataset {
  std::string name;          ///< e.g. "gsm8k"
  std::string split;         ///< e.g. "test", "builtin", "all 1000"
  std::string path;          ///< the file read, or "builtin"
  std::string content_hash;  ///< XXH3-128 of the bytes read
  std::vector<Sample> samples;
};

}  // namespace evotoken::datasets
