// Which problems training never sees.
#pragma once

#include <string>
#include <unordered_set>

namespace evotoken::datasets::generator {

/// The questions kept for tests: those of the built-in samples and examples, and of all others one
/// in 32, chosen by the hash of the question, so that no list needs to be kept.
class HeldOut {
 public:
  HeldOut();
  bool contains(const std::string& question) const;

 private:
  std::unordered_set<std::string> builtin_;  ///< content hashes
};

}  // namespace evotoken::datasets::generator
