#include "engine/decoding/prediction_buffer.h"

#include <ATen/ATen.h>

#include <stdexcept>

#include "engine/model/device.h"

namespace evotoken::decoding {
namespace {

constexpr std::int64_t kBytesPerEntry = sizeof(double) + sizeof(std::int32_t);

/// Where in `bytes` results lie: doubles in front, at multiples of 8 bytes.
kernels::PredictRowsOutput places(const at::Tensor& bytes, std::int64_t candidates,
                                  std::int64_t entries) {
  auto* const confidence = reinterpret_cast<double*>(bytes.mutable_data_ptr<std::uint8_t>());
  double* const top_shares = confidence + candidates;
  auto* const candidate = reinterpret_cast<std::int32_t*>(top_shares + entries);
  return {candidate, confidence, candidate + candidates, top_shares};
}

at::Tensor on_host(const at::Tensor& bytes) {
  if (bytes.is_cpu()) return bytes;
  // Page-locked memory takes the copy without a detour.
  at::Tensor host =
      at::empty(bytes.sizes(), at::TensorOptions().dtype(at::kByte).pinned_memory(bytes.is_cuda()));
  host.copy_(bytes, /*non_blocking=*/true);
  model::synchronize(bytes.device());
  return host;
}

}  // namespace

kernels::LogitType logit_type(at::ScalarType type) {
  switch (type) {
    case at::kFloat:
      return kernels::LogitType::kFloat32;
    case at::kBFloat16:
      return kernels::LogitType::kBFloat16;
    case at::kHalf:
      return kernels::LogitType::kFloat16;
    default:
      throw std::invalid_argument("predict: logits must be float32, bfloat16 or float16");
  }
}

PredictionBuffer::PredictionBuffer(const at::Tensor& rows, const PredictionRequest& request)
    : candidates_(request.candidate_rows),
      entries_(rows.size(0) * request.top_k),
      bytes_(at::empty({(candidates_ + entries_) * kBytesPerEntry},
                       rows.options().dtype(at::kByte))) {}

kernels::PredictRowsOutput PredictionBuffer::pointers() const {
  return places(bytes_, candidates_, entries_);
}

Predictions PredictionBuffer::fetch(const PredictionRequest& request) const {
  const at::Tensor host = on_host(bytes_);
  const kernels::PredictRowsOutput read = places(host, candidates_, entries_);
  return {request.positions,
          {read.candidate, read.candidate + candidates_},
          {read.confidence, read.confidence + candidates_},
          request.top_k,
          {read.top_ids, read.top_ids + entries_},
          {read.top_shares, read.top_shares + entries_}};
}

}  // namespace evotoken::decoding
