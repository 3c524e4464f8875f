// One graded generation: what every report is made from.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace evotoken::reports {

/// What the published parser says (spec: scoring.md, "Reference grader").
struct ReferenceGrade {
  nlohmann::ordered_json answer;  ///< number, string or null
  bool correct = false;
};

/// What is true (spec: scoring.md, "Verified grader").
struct VerifiedGrade {
  nlohmann::ordered_json answer;
  bool correct = false;
  std::string reason;  ///< e.g. "correct", "no_answer", "malformed"
  std::vector<std::string> flags;
};

/// A generation with its grades and figures. What is not known is empty, never zero.
struct ResultRecord {
  /// The folder that holds the results, as the user knows it, e.g.
  /// "outputs/eval_results_kSoft_3_alphaSoftMask_0.7". Cells never join two directories.
  std::string directory;
  std::string setup;                       ///< the published setup name, e.g. "gsm8k_128_64"
  std::string task;                        ///< canonical name; empty when unknown, then it failed
  std::optional<std::int64_t> gen_length;  ///< tokens
  std::optional<std::int64_t> steps;       ///< denoising steps
  std::optional<std::int64_t> rank;        ///< the worker that generated it
  std::int64_t index = 0;                  ///< position within its file, from 0
  std::string identity;                    ///< sample_identity(); empty when unknown

  std::optional<ReferenceGrade> reference;  ///< empty when the item could not be graded
  std::optional<VerifiedGrade> verified;    ///< empty when the verified grader did not run
  bool has_gold = true;

  std::optional<std::int64_t> tokens_to_eos;  ///< generated tokens before the first end token
  std::optional<std::int64_t> tokens;  ///< all decoded tokens; not what an early stop filled in
  std::optional<std::int64_t> nfe;     ///< forward passes of this sample
  std::optional<double> seconds;      ///< its share of the time, which others in flight had with it
  std::optional<double> latency_s;    ///< from its first step until it was done
  std::optional<double> energy_j;     ///< what the device used in its share of the time
  std::optional<std::string> failed;  ///< why there is no grade
};

}  // namespace evotoken::reports
