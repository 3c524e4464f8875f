// A stored row of logits, scanned tile by tile (row_scan.h).
#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>

#include <algorithm>
#include <array>

#include "engine/kernels/predict_rows.h"
#include "engine/kernels/row_scan.h"

namespace evotoken::kernels {
namespace {

/// A tile in float32: the logits themselves, or `buffer` filled with them.
const float* as_floats(const float* logits, std::int64_t /*count*/, float* /*buffer*/) {
  return logits;
}
template <typename T>
const float* as_floats(const T* logits, std::int64_t count, float* buffer) {
  for (std::int64_t i = 0; i < count; ++i) buffer[i] = static_cast<float>(logits[i]);
  return buffer;
}

template <typename T>
void predict_rows(const PredictRowsInput& input, const PredictRowsOutput& output,
                  std::int64_t begin, std::int64_t end) {
  std::array<float, kTileRows> buffer;
  std::vector<PartialSum> sums;
  for (std::int64_t row = begin; row < end; ++row) {
    const T* const logits = static_cast<const T*>(input.logits) + row * input.vocab;
    Findings findings;
    sums.clear();
    for (std::int64_t at = 0; at < input.vocab; at += kTileRows) {
      const std::int64_t count = std::min(kTileRows, input.vocab - at);
      const float* const tile = as_floats(logits + at, count, buffer.data());
      sums.push_back(scan_tile(input, row, {tile, at, count}, findings));
    }
    finish_row(input, row, findings, sums, output);
  }
}

}  // namespace

void predict_rows_cpu(const PredictRowsInput& input, const PredictRowsOutput& output,
                      std::int64_t begin, std::int64_t end) {
  switch (input.type) {
    case LogitType::kFloat32:
      return predict_rows<float>(input, output, begin, end);
    case LogitType::kBFloat16:
      return predict_rows<c10::BFloat16>(input, output, begin, end);
    case LogitType::kFloat16:
      return predict_rows<c10::Half>(input, output, begin, end);
  }
}

}  // namespace evotoken::kernels
