#include "benchmarks/measure.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

#include "base/error.h"
#include "engine/decoding/generate.h"
#include "engine/decoding/needed_logits.h"
#include "engine/kernels/predict_rows.h"
#include "engine/model/device.h"

namespace evotoken::benchmarks {
namespace {

using Json = nlohmann::ordered_json;

std::vector<decoding::GenerationRequest> make_requests(const Setting& setting,
                                                       const weights::ModelConfig& config) {
  std::vector<decoding::GenerationRequest> requests;
  for (std::int64_t b = 0; b < setting.batch_size; ++b) {
    decoding::GenerationRequest request{fmt::format("bench/{}", b), {}};
    for (std::int64_t p = 0; p < setting.prompt_length; ++p) {
      // Any tokens that are neither special nor all the same.
      request.prompt.push_back(static_cast<TokenId>(
          (7919 * (p + 1) + 104729 * b) % std::min(config.mask_token_id, config.eos_token_id)));
    }
    requests.push_back(std::move(request));
  }
  return requests;
}

/// Whether what decoding reads of the first pass's logits is what the plain kernel reads of them.
bool first_pass_is_right(const model::LladaModel& model, const Setting& setting,
                         const decoding::GenerationRequest& request) {
  decoding::Denoiser denoiser(model, setting.options, request.prompt, {});
  const at::Tensor hidden = model.hidden(denoiser.next_input());
  const at::Tensor logits = model.weights().head(hidden).cpu().to(at::kFloat).contiguous();
  const std::int64_t first = denoiser.state().prompt_length;
  auto wanted = decoding::PredictionRequest::of(first, first + hidden.size(0));
  wanted.candidate_rows = std::min(setting.options.block_length, hidden.size(0));
  wanted.mask_id = static_cast<TokenId>(model.config().mask_token_id);
  wanted.top_k = setting.options.k_soft;
  const auto fast = decoding::predict_with_head(hidden, model.weights().head, wanted, {});

  std::vector<std::int32_t> candidate(fast.candidate.size());
  std::vector<double> confidence(candidate.size());
  std::vector<std::int32_t> top_ids(fast.top_ids.size());
  std::vector<double> top_shares(top_ids.size());
  kernels::PredictRowsInput input;
  input.logits = logits.const_data_ptr();
  input.rows = logits.size(0);
  input.candidate_rows = wanted.candidate_rows;
  input.vocab = logits.size(1);
  input.mask_id = wanted.mask_id;
  input.top_k = wanted.top_k;
  kernels::predict_rows_plain(
      input, {candidate.data(), confidence.data(), top_ids.data(), top_shares.data()}, 0,
      input.rows);
  const double tolerance = model.dtype() == at::kFloat ? 1e-4 : 2e-2;
  // Products by tiles round otherwise than a whole one, so near ties may fall elsewhere.
  const auto few_differ = [](const auto& found, const auto& expected) {
    const auto different =
        std::inner_product(found.begin(), found.end(), expected.begin(), std::ptrdiff_t{0},
                           std::plus<>(), std::not_equal_to<>());
    return different <= std::ssize(found) / 50;
  };
  for (std::size_t r = 0; r < candidate.size(); ++r) {
    if (std::abs(confidence[r] - fast.confidence[r]) > tolerance * confidence[r]) return false;
  }
  return few_differ(fast.candidate, candidate) && few_differ(fast.top_ids, top_ids);
}

HeadRows head_rows(const model::LladaModel& model, const decoding::Denoiser& denoiser) {
  const decoding::PredictionRequest request = denoiser.next_request();
  const std::int64_t others = std::ssize(request.positions) - request.candidate_rows;
  if (decoding::NeededLogits::screens(model.weights().head, others)) {
    return {request.candidate_rows, others};
  }
  return {std::ssize(request.positions), 0};
}

/// The work of decoding one request, pass by pass.
void add_work(const model::LladaModel& model, const Setting& setting,
              const decoding::GenerationRequest& request, std::vector<PassWork>& passes) {
  decoding::Denoiser denoiser(model, setting.options, request.prompt,
                              decoding::Randomness::keyed(setting.options.seed, request.sample_id));
  while (!denoiser.finished()) {
    const model::PackedInput input = denoiser.next_input();
    passes.push_back(pass_work(model, input.sequences[0], denoiser.state().length(),
                               head_rows(model, denoiser)));
    denoiser.step();
  }
}

double flops_of(const std::vector<PassWork>& passes) {
  return std::accumulate(passes.begin(), passes.end(), 0.0, [](double sum, const PassWork& pass) {
    return sum + pass.layers.flops + pass.head.flops;
  });
}

}  // namespace

Measurement measure(const model::LladaModel& model, const Setting& setting, int repetitions,
                    decoding::BlockGraphs* graphs) {
  const auto requests = make_requests(setting, model.config());
  const bool right = first_pass_is_right(model, setting, requests[0]);
  if (!right) {
    throw DeviceError(
        "evotoken-bench: the first pass disagrees with the plain kernel, expected equal "
        "predictions; nothing was timed, please report it");
  }
  std::vector<PassWork> passes;  // counting them also warms up
  for (const auto& request : requests) add_work(model, setting, request, passes);

  // Twice, and what will be replayed is recorded: the samples have one length.
  for (int i = 0; i < 2 && graphs != nullptr; ++i) {
    decoding::generate(model, setting.options, {requests.data(), 1}, {.graphs = graphs});
  }

  restart_peak_memory();
  std::vector<double> seconds;
  std::vector<decoding::GenerationResult> results;
  for (int i = 0; i < repetitions; ++i) {
    const auto start = std::chrono::steady_clock::now();
    results = decoding::generate(model, setting.options, requests,
                                 {.packed = setting.packed, .graphs = graphs});
    seconds.push_back(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  for (const auto& result : results) {
    if (result.failure) throw DeviceError("evotoken-bench: " + *result.failure);
  }
  std::ranges::sort(seconds);
  const double median = seconds[seconds.size() / 2];
  const auto tokens = static_cast<double>(setting.batch_size * setting.options.gen_length);
  const std::int64_t nfe =
      std::accumulate(results.begin(), results.end(), std::int64_t{0},
                      [](std::int64_t sum, const auto& result) { return sum + result.nfe; });
  Json first = Json::array();
  for (const auto token : results[0].output) first.push_back(token);
  Json result = {
      {"decoding", decoding::to_json(setting.options)},
      {"prompt_length", setting.prompt_length},
      {"vocab_size", model.config().vocab_size},
      {"batch_size", setting.batch_size},
      {"packed_batch", setting.packed},
      {"nfe", nfe},
      {"seconds", {{"median", median}, {"min", seconds.front()}, {"max", seconds.back()}}},
      {"repetitions", repetitions},
      {"ms_per_pass", 1e3 * median / static_cast<double>(nfe)},
      {"generated_tokens_per_second", tokens / median},
      {"flops", flops_of(passes)},
      {"peak_memory_bytes", model::peak_host_memory_bytes()},
      {"random_key",
       fmt::format("{}",
                   decoding::Randomness::keyed(setting.options.seed, requests[0].sample_id).key)},
      {"prompt_ids", requests[0].prompt},
      {"output_ids", first}};
  return {std::move(result), std::move(passes)};
}

void Peaks::look(c10::ScalarType dtype, c10::Device device) {
  gemm_flops_per_s_ = std::max(gemm_flops_per_s_, measure_gemm_flops_per_s(dtype, device));
  copy_bytes_per_s_ = std::max(copy_bytes_per_s_, measure_copy_bytes_per_s(device));
}

Json Peaks::with_floors(const Measurement& measurement) const {
  const auto seconds_of = [&](const PassWork::Stage& stage) {
    return std::max(stage.flops / gemm_flops_per_s_, stage.weight_bytes / copy_bytes_per_s_);
  };
  double roofline_s = 0;
  for (const PassWork& pass : measurement.passes) {
    roofline_s += seconds_of(pass.layers) + seconds_of(pass.head);
  }
  const double gemm_s = flops_of(measurement.passes) / gemm_flops_per_s_;
  Json result = measurement.result;
  const double median_s = result.at("seconds").at("median").get<double>();
  result["gemm_floor_seconds"] = gemm_s;
  result["share_of_floor"] = gemm_s / median_s;
  // A packed pass reads the weights once for all its samples, which the passes do not tell.
  const bool packed = result.at("packed_batch").get<bool>();
  result["roofline_seconds"] = packed ? Json() : Json(roofline_s);
  result["share_of_roofline"] = packed ? Json() : Json(roofline_s / median_s);
  return result;
}

}  // namespace evotoken::benchmarks
