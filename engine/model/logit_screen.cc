#include "engine/model/logit_screen.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/model/parallel.h"

namespace evotoken::model {
namespace {

using kernels::kPanelRows;
using kernels::RoundedVector;

constexpr float kInfinity = std::numeric_limits<float>::infinity();
/// The bound grows with √width beside a logit's spread: by the normal distribution a tenth of the
/// panels of rows of 2,048 random numbers pass, of 4,096 nearly half.
constexpr std::int64_t kWidest = 2048;

/// Rows of x in 8 bits.
struct RoundedRows {
  std::vector<std::int8_t> integers;
  std::vector<float> scales;
  std::vector<RoundedVector> rows;

  explicit RoundedRows(const at::Tensor& x) {
    const at::Tensor floats = x.to(at::kFloat).contiguous();
    const std::int64_t width = x.size(1);
    const std::int64_t rounded = kernels::rounded_width(width);
    integers.resize(static_cast<std::size_t>(x.size(0) * rounded));
    for (std::int64_t r = 0; r < x.size(0); ++r) {
      rows.push_back(kernels::round_vector(floats.const_data_ptr<float>() + r * width, width,
                                           integers.data() + r * rounded));
      scales.push_back(rows.back().scale);
    }
  }
};

/// The `k` largest numbers seen; NaN is none.
class Largest {
 public:
  explicit Largest(std::int64_t k) : numbers_(static_cast<std::size_t>(k), -kInfinity) {}

  void offer(float number) {
    if (!(number > numbers_.back())) return;
    std::size_t place = numbers_.size() - 1;
    for (; place > 0 && number > numbers_[place - 1]; --place)
      numbers_[place] = numbers_[place - 1];
    numbers_[place] = number;
  }
  /// −∞ while fewer than k were seen.
  float kth() const { return numbers_.back(); }

 private:
  std::vector<float> numbers_;  // falling
};

/// A bound below which no number rounds to what `number` rounds to, or above.
float below_rounding(float number, at::ScalarType dtype) {
  const float step = dtype == at::kBFloat16 ? 0x1p-7F : dtype == at::kHalf ? 0x1p-10F : 0;
  constexpr float kSmallest = 1e-7F;  // steps of float16 do not get smaller
  return step == 0 ? number : number - (std::abs(number) * step + kSmallest);
}

}  // namespace

bool LogitScreen::takes(const at::Tensor& head) {
  return head.is_cpu() && head.dim() == 2 && head.is_floating_point() && head.size(1) <= kWidest &&
         kernels::panel_maxima_are_fast();
}

LogitScreen::LogitScreen(const at::Tensor& head) : vocab_(head.size(0)), width_(head.size(1)) {
  const std::int64_t panels = kernels::panel_count(vocab_);
  const std::int64_t panel_bytes = kernels::rounded_width(width_) * kPanelRows;
  panels_ = std::make_shared<WeightMemory>(static_cast<std::size_t>(panels * panel_bytes));
  scales_.resize(static_cast<std::size_t>(panels * kPanelRows));
  worst_rows_.resize(static_cast<std::size_t>(panels));
  auto* const packed = static_cast<std::uint8_t*>(panels_->data());
  parallel_for(panels, 8, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t p = begin; p < end; ++p) {
      const std::int64_t first = p * kPanelRows;
      const std::int64_t rows = std::min(kPanelRows, vocab_ - first);
      const RoundedRows rounded(head.narrow(0, first, rows));
      std::ranges::copy(rounded.scales, scales_.begin() + first);
      kernels::pack_rounded_panel(rounded.integers.data(), rows, width_, packed + p * panel_bytes);
      RoundedVector& worst = worst_rows_[static_cast<std::size_t>(p)];
      for (const RoundedVector& row : rounded.rows) {
        worst.length = std::max(worst.length, row.length);
        worst.error = std::max(worst.error, row.error);
      }
      // Rows that do not exist have no logit to be bounded.
      if (rows < kPanelRows) worst.error = kInfinity;
    }
  });
}

std::size_t LogitScreen::bytes() const {
  return panels_->bytes() + scales_.size() * sizeof(float) +
         worst_rows_.size() * sizeof(RoundedVector);
}

std::vector<std::vector<std::int32_t>> LogitScreen::promising_panels(const at::Tensor& x,
                                                                     std::int64_t top_k,
                                                                     std::int64_t excluded) const {
  const RoundedRows rounded(x);
  const std::int64_t rows = x.size(0);
  const std::int64_t panels = std::ssize(worst_rows_);
  std::vector<float> maxima(static_cast<std::size_t>(rows * panels));
  parallel_for(panels, 8, [&](std::int64_t begin, std::int64_t end) {
    const std::int64_t panel_bytes = kernels::rounded_width(width_) * kPanelRows;
    kernels::find_panel_maxima(
        {.x = rounded.integers.data(),
         .x_scales = rounded.scales.data(),
         .rows = rows,
         .width = width_,
         .panels = static_cast<const std::uint8_t*>(panels_->data()) + begin * panel_bytes,
         .scales = scales_.data() + begin * kPanelRows,
         .panel_count = end - begin,
         .maxima = maxima.data() + begin,
         .stride = panels});
  });
  std::vector<std::vector<std::int32_t>> promising(static_cast<std::size_t>(rows));
  parallel_for(rows, 4, [&](std::int64_t begin, std::int64_t end) {
    std::vector<float> differences(static_cast<std::size_t>(panels));
    for (std::int64_t r = begin; r < end; ++r) {
      const RoundedVector& row = rounded.rows[static_cast<std::size_t>(r)];
      const float* const of_row = maxima.data() + r * panels;
      Largest certain(top_k);  // logits that are there at least
      for (std::int64_t p = 0; p < panels; ++p) {
        const auto at = static_cast<std::size_t>(p);
        differences[at] = kernels::largest_difference(row, worst_rows_[at], width_);
        const bool bounded = std::isfinite(of_row[p]);  // else the scales were too large for it
        if (bounded && (excluded < 0 || excluded / kPanelRows != p)) {
          certain.offer(of_row[p] - differences[at]);
        }
      }
      const float needed = below_rounding(certain.kth(), x.scalar_type());
      for (std::int64_t p = 0; p < panels; ++p) {
        const float possible = of_row[p] + differences[static_cast<std::size_t>(p)];
        // What is not a finite number says nothing.
        if (std::isfinite(of_row[p]) && possible < needed) continue;
        promising[static_cast<std::size_t>(r)].push_back(static_cast<std::int32_t>(p));
      }
    }
  });
  return promising;
}

}  // namespace evotoken::model
