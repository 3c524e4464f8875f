#include "engine/decoding/needed_logits.h"

#include <ATen/ATen.h>

#include <numeric>

#include "engine/kernels/packed_product.h"

namespace evotoken::decoding {
namespace {

/// So many rows take as long to be multiplied by the head as its rounded form to be read.
constexpr std::int64_t kFewestScreened = 16;
/// A row of which more than one panel in so many is needed is computed whole: by itself it meets a
/// panel several times as slowly as among others.
constexpr std::int64_t kOnePanelIn = 10;

}  // namespace

bool NeededLogits::screens(const model::Linear& head, std::int64_t rows) {
  return head.screen != nullptr && rows >= kFewestScreened;
}

NeededLogits::NeededLogits(const at::Tensor& hidden, const model::Linear& head,
                           const kernels::PredictRowsInput& input) {
  const std::int64_t others = input.rows - input.candidate_rows;
  const bool screened = input.top_k > 0 && screens(head, others);
  whole_rows.resize(static_cast<std::size_t>(screened ? input.candidate_rows : input.rows));
  std::iota(whole_rows.begin(), whole_rows.end(), 0);
  if (screened) screen(hidden.narrow(0, input.candidate_rows, others), *head.screen, input);
}

void NeededLogits::screen(const at::Tensor& others, const model::LogitScreen& screen,
                          const kernels::PredictRowsInput& input) {
  const std::int64_t panels = kernels::panel_count(input.vocab);
  rows_of_panel.resize(static_cast<std::size_t>(panels));
  std::int64_t row = input.candidate_rows;
  const std::int64_t excluded = input.mask_in_softmax() ? -1 : input.mask_id;
  for (const auto& promising : screen.promising_panels(others, input.top_k, excluded)) {
    if (std::ssize(promising) > panels / kOnePanelIn) {
      whole_rows.push_back(row);
    } else {
      for (const std::int32_t panel : promising) {
        rows_of_panel[static_cast<std::size_t>(panel)].push_back(row);
      }
    }
    ++row;
  }
}

}  // namespace evotoken::decoding
