#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>

#include <cmath>
#include <limits>
#include <stdexcept>

#include "engine/kernels/predict_rows.h"
#include "engine/kernels/uniforms.h"

namespace evotoken::kernels {
namespace {

/// One row of logits; a row that must be skipped is given as `excluded`, or −1.
template <typename T>
struct LogitRow {
  const T* logits;
  std::int64_t vocab;
  std::int64_t excluded;

  double operator[](std::int64_t v) const {
    return static_cast<double>(static_cast<float>(logits[v]));
  }
};

/// Keeps the k largest logits seen, largest first, the lower row first among equals.
class TopK {
 public:
  TopK(std::int64_t k, std::int32_t* ids, double* logits) : k_(k), ids_(ids), logits_(logits) {}

  void offer(std::int64_t id, double logit) {
    if (count_ == k_ && !(logit > logits_[k_ - 1])) return;
    std::int64_t place = count_ < k_ ? count_++ : k_ - 1;
    for (; place > 0 && logit > logits_[place - 1]; --place) {
      ids_[place] = ids_[place - 1];
      logits_[place] = logits_[place - 1];
    }
    ids_[place] = static_cast<std::int32_t>(id);
    logits_[place] = logit;
  }

 private:
  std::int64_t k_;
  std::int64_t count_ = 0;
  std::int32_t* ids_;
  double* logits_;
};

template <typename T>
double row_maximum(const LogitRow<T>& row) {
  double maximum = -std::numeric_limits<double>::infinity();
  for (std::int64_t v = 0; v < row.vocab; ++v) {
    if (v != row.excluded && row[v] > maximum) maximum = row[v];
  }
  return maximum;
}

/// Top K of a row and their shares of the mass that they hold together.
template <typename T>
void top_shares(const LogitRow<T>& row, std::int64_t k, std::int32_t* ids, double* shares) {
  TopK top(k, ids, shares);
  for (std::int64_t v = 0; v < row.vocab; ++v) {
    if (v != row.excluded) top.offer(v, row[v]);
  }
  const double maximum = shares[0];
  double sum = 0;
  for (std::int64_t j = 0; j < k; ++j) sum += shares[j] = std::exp(shares[j] - maximum);
  for (std::int64_t j = 0; j < k; ++j) shares[j] /= sum;
}

/// The uniforms of one row, in order of the vocabulary.
class RowUniforms {
 public:
  RowUniforms(const PredictRowsInput& input, std::int64_t row)
      : key_(input.current_key()),
        step_(input.current_step()),
        position_(input.position(row)),
        table_(input.uniforms == nullptr ? nullptr : input.uniforms + row * input.vocab) {}

  double operator()(std::int64_t v) {
    if (table_ != nullptr) return table_[v];
    if (v % 2 == 1) return pair_.odd;
    pair_ = uniform_pair(key_, step_, position_, static_cast<std::uint64_t>(v / 2));
    return pair_.even;
  }

 private:
  std::uint64_t key_;
  std::uint32_t step_;
  std::uint32_t position_;
  const double* table_;
  UniformPair pair_{};
};

/// argmax of the logits with Gumbel noise; the mask row takes part unless banned.
template <typename T>
std::int64_t choose_candidate(const LogitRow<T>& row, const PredictRowsInput& input,
                              std::int64_t row_index) {
  const bool noisy = input.temperature > 0;
  RowUniforms uniforms(input, row_index);
  std::int64_t best = -1;
  double best_value = -std::numeric_limits<double>::infinity();
  for (std::int64_t v = 0; v < row.vocab; ++v) {
    // The noise is drawn for every row, banned or not, as the pairs are generated in order.
    const double noise = noisy ? input.temperature * std::log(-std::log(uniforms(v))) : 0;
    if (input.ban_mask && v == input.mask_id) continue;
    const double value = row[v] - noise;
    if (value > best_value) {
      best_value = value;
      best = v;
    }
  }
  return best;
}

template <typename T>
void predict_row(const PredictRowsInput& input, const PredictRowsOutput& output, std::int64_t r) {
  const LogitRow<T> row{static_cast<const T*>(input.logits) + r * input.vocab, input.vocab,
                        input.mask_in_softmax() ? -1 : input.mask_id};
  if (input.top_k > 0) {
    top_shares(row, input.top_k, output.top_ids + r * input.top_k,
               output.top_shares + r * input.top_k);
  }
  if (r >= input.candidate_rows) return;

  const double maximum = row_maximum(row);
  double sum = 0;
  for (std::int64_t v = 0; v < row.vocab; ++v) {
    if (v != row.excluded) sum += std::exp(row[v] - maximum);
  }
  const std::int64_t candidate = std::isfinite(sum) ? choose_candidate(row, input, r) : -1;
  output.candidate[r] = static_cast<std::int32_t>(candidate);
  output.confidence[r] = candidate < 0 ? 0 : std::exp(row[candidate] - maximum) / sum;
}

}  // namespace

void predict_rows_plain(const PredictRowsInput& input, const PredictRowsOutput& output,
                        std::int64_t begin, std::int64_t end) {
  for (std::int64_t r = begin; r < end; ++r) {
    switch (input.type) {
      case LogitType::kFloat32:
        predict_row<float>(input, output, r);
        break;
      case LogitType::kBFloat16:
        predict_row<c10::BFloat16>(input, output, r);
        break;
      case LogitType::kFloat16:
        predict_row<c10::Half>(input, output, r);
        break;
    }
  }
}

}  // namespace evotoken::kernels
