// The sequence evolving on a terminal while it is decoded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/decoding/trace.h"
#include "engine/tokenizer/tokenizer.h"

namespace evotoken::programs {

/// Redraws the generated part after each step on stderr: decoded tokens plain (bold in the current
/// block, inverse in the step that revised them), masked positions dim, showing the most probable
/// token where soft tokens are known and a dot where not.
class LiveView final : public decoding::TraceSink {
 public:
  explicit LiveView(const tokenizer::Tokenizer& tokenizer) : tokenizer_(tokenizer) {}
  void on_step(const decoding::StepView& view) override;

 private:
  /// One line of the screen and the first position in it.
  struct Line {
    std::int64_t first_position;
    std::string text;
  };
  std::vector<Line> break_lines(const decoding::StepView& view, std::size_t columns) const;
  std::string piece(const decoding::StepView& view, std::int64_t position) const;

  const tokenizer::Tokenizer& tokenizer_;
  std::size_t lines_drawn_ = 0;
};

}  // namespace evotoken::programs
