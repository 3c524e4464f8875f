// The time of one decoding setting, beside what the machine could do.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>

#include "engine/decoding/options.h"
#include "engine/model/llada_model.h"

namespace evotoken::benchmarks {

/// What is measured: one combination of the lists.
struct Setting {
  decoding::DecodingOptions options;
  std::int64_t prompt_length = 0;
  std::int64_t batch_size = 1;
  bool packed = false;
};

struct Peaks {
  double gemm_flops_per_s = 0;
  double copy_bytes_per_s = 0;
};

/// Decodes random prompts `repetitions` times and describes what came out: times in seconds
/// (median, min, max), passes, tokens a second, the floor of the arithmetic, peak memory, and the
/// first sample's prompt and tokens. Nothing is timed before the first pass was found to agree with
/// the plain kernel; throws DeviceError where it does not.
nlohmann::ordered_json measure(const model::LladaModel& model, const Setting& setting,
                               int repetitions, const Peaks& peaks);

}  // namespace evotoken::benchmarks
