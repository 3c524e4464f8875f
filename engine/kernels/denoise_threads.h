// What one thread of many does in a denoising step (denoise_step.h): between the functions all
// threads wait for each other. Alone, with threads = 1, it does everything.
#pragma once

#include <c10/macros/Macros.h>

#include <cmath>
#include <cstdint>

#include "engine/kernels/denoise_step.h"
#include "engine/kernels/uniforms.h"

namespace evotoken::kernels::denoising {

/// Whether row `row` was predicted from numbers.
C10_HOST_DEVICE inline bool usable(const DenoiseStep& work, std::int64_t row) {
  if (row < work.candidate_rows && work.predicted.candidate[row] < 0) return false;
  for (std::int64_t k = row * work.top_k; k < (row + 1) * work.top_k; ++k) {
    const double share = work.predicted.top_shares[k];
    if (work.predicted.top_ids[k] < 0 || !(share >= 0 && share <= 1)) return false;
  }
  return true;
}

C10_HOST_DEVICE inline bool all_usable(const DenoiseStep& work, int thread, int threads) {
  bool all = true;
  for (std::int64_t row = thread; row < work.rows; row += threads) all = all && usable(work, row);
  return all;
}

/// For one thread, where not all rows are usable.
C10_HOST_DEVICE inline void name_unusable(const DenoiseStep& work) {
  std::int64_t row = 0;
  while (usable(work, row)) ++row;
  work.progress->unusable_position = static_cast<std::int32_t>(work.first_position + row);
}

/// Makes confidences what positions are chosen by.
template <typename T>
C10_HOST_DEVICE void write_scores(const DenoiseStep& work, int thread, int threads) {
  for (std::int64_t row = thread; row < work.candidate_rows; row += threads) {
    double& score = work.predicted.confidence[row];
    if (work.rule.random_scores) {
      score = uniform(work.progress->random_key, work.progress->nfe,
                      static_cast<std::uint32_t>(work.first_position + row),
                      static_cast<std::uint64_t>(work.rule.vocab));
    } else if (work.rule.rounds_scores) {
      score = static_cast<float>(static_cast<T>(static_cast<float>(score)));
    }
  }
}

C10_HOST_DEVICE inline bool is_masked(const DenoiseStep& work, std::int64_t row) {
  return work.tokens[work.first_position + row] == work.rule.mask_id;
}

/// How many masked positions come before that of `row`: more confident ones, and as confident ones
/// in front of it.
C10_HOST_DEVICE inline std::int64_t rank_of(const DenoiseStep& work, std::int64_t row) {
  const double* const scores = work.predicted.confidence;
  std::int64_t rank = 0;
  for (std::int64_t other = 0; other < work.candidate_rows; ++other) {
    const bool before =
        scores[other] > scores[row] || (scores[other] == scores[row] && other < row);
    if (before && is_masked(work, other)) ++rank;
  }
  return rank;
}

/// Whether a masked position of this rank is fixed now. What a threshold or factor asks of a rank
/// does not fall from rank to rank and confidences do not rise, so where one is refused all later
/// ones are.
C10_HOST_DEVICE inline bool accepts(const DenoiseStep& work, std::int64_t rank, double score) {
  const DenoiseRule& rule = work.rule;
  if (rule.threshold >= 0) return rank == 0 || score >= rule.threshold;
  if (rule.factor >= 0) {
    return rank == 0 || score >= 1 - rule.factor / static_cast<double>(rank + 2);
  }
  const bool one_more = work.progress->step_in_block < rule.steps_with_one_more;
  return rank < rule.fixed_per_step + (one_more ? 1 : 0);
}

C10_HOST_DEVICE inline void choose(const DenoiseStep& work, int thread, int threads) {
  for (std::int64_t row = thread; row < work.candidate_rows; row += threads) {
    work.chosen[row] =
        is_masked(work, row) && accepts(work, rank_of(work, row), work.predicted.confidence[row]);
  }
}

/// What applying the choice comes to.
struct Applied {
  int masks_left = 0;  ///< in the block
  int revised = 0;
};

C10_HOST_DEVICE inline void apply_to_token(const DenoiseStep& work, std::int64_t row,
                                           Applied& applied) {
  const std::int64_t position = work.first_position + row;
  std::int64_t& token = work.tokens[position];
  double& confidence = work.confidence[position];
  const std::int64_t predicted = work.predicted.candidate[row];
  const double score = work.predicted.confidence[row];
  const bool in_block = position >= work.block_begin;
  if (work.chosen[row]) {
    token = predicted;
    confidence = score;
  } else if (work.rule.soft && in_block && token != work.rule.mask_id &&
             predicted != work.rule.mask_id && score > confidence) {
    applied.revised += token != predicted ? 1 : 0;
    token = predicted;
    confidence = score;
  }
  applied.masks_left += in_block && token == work.rule.mask_id ? 1 : 0;
}

/// Step 8 for one position (decoding::evolve).
template <typename T>
C10_HOST_DEVICE void evolve(const DenoiseStep& work, std::int64_t position) {
  const std::int64_t out = position * (work.top_k + 1);
  auto* const weights = static_cast<T*>(work.soft_weights) + out;
  std::int64_t* const ids = work.soft_ids + out;
  const std::int64_t token = work.tokens[position];
  const bool decoded = position < work.block_begin;
  const double mask_weight = !decoded && token == work.rule.mask_id ? work.rule.alpha : 0.0;
  const std::int64_t in = (position - work.first_position) * work.top_k;
  for (std::int64_t k = 0; k < work.top_k; ++k) {
    ids[k] = decoded ? token : work.predicted.top_ids[in + k];
    const double weight = decoded ? 0.0 : (1 - mask_weight) * work.predicted.top_shares[in + k];
    weights[k] = static_cast<T>(static_cast<float>(weight));
  }
  ids[work.top_k] = token;
  weights[work.top_k] = static_cast<T>(static_cast<float>(decoded ? 1.0 : mask_weight));
}

template <typename T>
C10_HOST_DEVICE Applied apply(const DenoiseStep& work, int thread, int threads) {
  Applied applied;
  const std::int64_t begin = work.rule.soft ? 0 : work.first_position;
  const std::int64_t end = work.first_position + work.rows;
  for (std::int64_t position = begin + thread; position < end; position += threads) {
    const std::int64_t row = position - work.first_position;
    if (row >= 0 && row < work.candidate_rows) apply_to_token(work, row, applied);
    if (work.rule.soft) evolve<T>(work, position);
  }
  return applied;
}

/// For one thread: counts the step, and tells whether it was the block's last.
C10_HOST_DEVICE inline void count_step(const DenoiseStep& work, const Applied& of_all) {
  DenoisingProgress& progress = *work.progress;
  ++progress.nfe;
  ++progress.step_in_block;
  progress.revised_tokens += of_all.revised;
  const bool over =
      of_all.masks_left == 0 || progress.step_in_block >= work.rule.most_steps_per_block;
  progress.block_is_over = over ? 1 : 0;
}

}  // namespace evotoken::kernels::denoising
