#include "engine/decoding/predictor.h"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "base/profile.h"
#include "engine/decoding/head_scan.h"
#include "engine/decoding/prediction_buffer.h"
#include "engine/kernels/predict_rows.h"
#include "engine/kernels/uniforms.h"
#include "engine/model/device.h"
#include "engine/model/parallel.h"

namespace evotoken::decoding {
namespace {

void check_logits(const at::Tensor& logits, const PredictionRequest& request) {
  if (logits.dim() != 2 || !logits.is_contiguous() || request.candidate_rows > logits.size(0)) {
    throw std::invalid_argument("predict: logits must be contiguous [rows, vocab]");
  }
}

/// The injected uniforms of the candidate rows as a table.
at::Tensor uniform_table(std::int64_t vocab, const PredictionRequest& request,
                         const Randomness::Uniform& uniform) {
  at::Tensor table = at::empty({request.candidate_rows, vocab}, at::kDouble);
  double* const values = table.mutable_data_ptr<double>();
  for (std::int64_t r = 0; r < request.candidate_rows; ++r) {
    for (std::int64_t v = 0; v < vocab; ++v) {
      const std::int64_t position = request.positions[static_cast<std::size_t>(r)];
      values[r * vocab + v] = uniform(request.step, position, v);
    }
  }
  return table;
}

void launch(const at::Tensor& logits, const kernels::PredictRowsInput& input,
            const kernels::PredictRowsOutput& output) {
  if (logits.is_cuda()) {
    // Given back to the allocator before the kernel ran: its next user is enqueued behind it.
    const at::Tensor workspace = at::empty({kernels::predict_rows_cuda_workspace_bytes(input)},
                                           logits.options().dtype(at::kByte));
    kernels::predict_rows_cuda(input, output, workspace.mutable_data_ptr(), logits.device().index(),
                               model::current_stream(logits.device()));
    return;
  }
  model::parallel_for(input.rows, 1, [&](std::int64_t begin, std::int64_t end) {
    kernels::predict_rows_cpu(input, output, begin, end);
  });
}

/// What a kernel's input points to.
struct Tables {
  at::Tensor uniforms;
  at::Tensor positions;
};

/// What the kernel is told beside the logits.
kernels::PredictRowsInput kernel_input(const at::Tensor& rows, std::int64_t vocab,
                                       const PredictionRequest& request,
                                       const Randomness& randomness, Tables& tables) {
  const auto& positions = request.positions;
  if (std::ssize(positions) != rows.size(0)) {
    throw std::invalid_argument("predict: one position per row");
  }
  kernels::PredictRowsInput input;
  input.rows = rows.size(0);
  input.candidate_rows = request.candidate_rows;
  input.vocab = vocab;
  input.mask_id = request.mask_id;
  input.ban_mask = request.ban_mask;
  input.temperature = request.temperature;
  input.top_k = request.top_k;
  input.random_key = randomness.key;
  input.step = static_cast<std::uint32_t>(request.step);
  if (positions.empty()) return input;
  input.first_position = static_cast<std::uint32_t>(positions.front());
  if (positions.back() - positions.front() + 1 != std::ssize(positions)) {  // some are left out
    tables.positions = at::tensor(positions).to(rows.device());
    input.positions = tables.positions.const_data_ptr<std::int64_t>();
  }
  if (randomness.injected && request.temperature > 0) {
    tables.uniforms = uniform_table(vocab, request, randomness.injected).to(rows.device());
    input.uniforms = tables.uniforms.const_data_ptr<double>();
  }
  return input;
}

/// Refuses logits that are not numbers, before they can become tokens or weights.
void check_numbers(const Predictions& predictions, const PredictionRequest& request) {
  const auto fail = [&](std::ptrdiff_t row) {
    refuse_logits(request.step, request.positions[static_cast<std::size_t>(row)]);
  };
  const auto& candidate = predictions.candidate;
  const auto missing = std::find(candidate.begin(), candidate.end(), -1);
  if (missing != candidate.end()) fail(missing - candidate.begin());
  for (std::size_t i = 0; i < predictions.top_shares.size(); ++i) {
    if (std::isfinite(predictions.top_shares[i]) && predictions.top_ids[i] >= 0) continue;
    fail(static_cast<std::ptrdiff_t>(i) / static_cast<std::ptrdiff_t>(predictions.top_k));
  }
}

Predictions checked(const PredictionBuffer& results, const PredictionRequest& request) {
  Predictions predictions = results.fetch(request);
  check_numbers(predictions, request);
  return predictions;
}

/// Runs the kernel for `logits`. `input`: all but the logits; what it points to outlives the call.
PredictionBuffer predict_rows(const at::Tensor& logits, kernels::PredictRowsInput input,
                              const PredictionRequest& request) {
  input.logits = logits.const_data_ptr();
  input.type = logit_type(logits.scalar_type());
  PredictionBuffer results(logits, request);
  launch(logits, input, results.pointers());
  return results;
}

}  // namespace

Randomness Randomness::keyed(std::uint64_t seed, std::string_view sample_id) {
  Randomness randomness;
  randomness.key = XXH64(sample_id.data(), sample_id.size(), seed);
  return randomness;
}

PredictionRequest PredictionRequest::of(std::int64_t begin, std::int64_t end) {
  PredictionRequest request;
  request.positions.resize(static_cast<std::size_t>(end - begin));
  std::iota(request.positions.begin(), request.positions.end(), begin);
  request.candidate_rows = end - begin;
  return request;
}

std::size_t Predictions::row(std::int64_t position) const {
  const auto place = std::ranges::lower_bound(positions, position);
  if (place == positions.end() || *place != position) {
    throw std::out_of_range(fmt::format("no prediction for position {}", position));
  }
  return static_cast<std::size_t>(place - positions.begin());
}

double Randomness::uniform(std::int64_t step, std::int64_t position, std::int64_t row) const {
  if (injected) return injected(step, position, row);
  return kernels::uniform(key, static_cast<std::uint32_t>(step),
                          static_cast<std::uint32_t>(position), static_cast<std::uint64_t>(row));
}

void refuse_logits(std::int64_t forward_pass, std::int64_t position) {
  throw DeviceError(
      fmt::format("forward pass {}: the logits of position {} are not numbers, expected "
                  "finite values; check the weights or use --dtype float32",
                  forward_pass, position));
}

Predictions predict(const at::Tensor& logits, const PredictionRequest& request,
                    const Randomness& randomness) {
  check_logits(logits, request);
  Tables tables;
  const kernels::PredictRowsInput input =
      kernel_input(logits, logits.size(1), request, randomness, tables);
  return checked(predict_rows(logits, input, request), request);
}

PredictionBuffer enqueue_predictions(const at::Tensor& logits, const PredictionRequest& request,
                                     const kernels::DenoisingProgress* progress) {
  check_logits(logits, request);
  Tables tables;
  kernels::PredictRowsInput input = kernel_input(logits, logits.size(1), request, {}, tables);
  input.progress = progress;
  return predict_rows(logits, input, request);
}

Predictions predict_with_head(const at::Tensor& hidden, const model::Linear& head,
                              const PredictionRequest& request, const Randomness& randomness) {
  const ProfiledStage stage("head and sampling");
  if (!hidden.is_cpu() || head.lora) return predict(head(hidden), request, randomness);
  Tables tables;
  const kernels::PredictRowsInput input =
      kernel_input(hidden, head.out_features(), request, randomness, tables);
  const PredictionBuffer results(hidden, request);
  scan_head(hidden, head, input, results.pointers());
  return checked(results, request);
}

}  // namespace evotoken::decoding
