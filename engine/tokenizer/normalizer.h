// Unicode normal forms, as tokenizer.json's "normalizer" asks for.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace evotoken::tokenizer {

enum class NormalForm { kNfc, kNfd, kNfkc, kNfkd };

/// Applies normal forms one after the other; none leaves the text as it is.
class Normalizer {
 public:
  Normalizer() = default;
  explicit Normalizer(std::vector<NormalForm> forms) : forms_(std::move(forms)) {}

  /// `text` must be valid UTF-8.
  std::string normalize(std::string_view text) const;

 private:
  std::vector<NormalForm> forms_;
};

}  // namespace evotoken::tokenizer
