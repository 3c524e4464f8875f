// The time of one decoding setting, beside what the machine could do.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <vector>

#include "benchmarks/work.h"
#include "engine/decoding/block_graphs.h"
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

/// What measure() gives.
struct Measurement {
  nlohmann::ordered_json result;
  std::vector<PassWork> passes;
};

/// Decodes random prompts `repetitions` times and describes what came out: times in seconds
/// (median, min, max), passes, tokens a second, peak memory, and the first sample's prompt and
/// tokens. Nothing is timed before the first pass was found to agree with the plain kernel; throws
/// DeviceError where it does not. `graphs`: to decode by, or null.
Measurement measure(const model::LladaModel& model, const Setting& setting, int repetitions,
                    decoding::BlockGraphs* graphs = nullptr);

/// The rates of this machine, best of all looks at it: another program's burst must not pass for
/// the machine's limit.
class Peaks {
 public:
  void look(c10::ScalarType dtype, c10::Device device);
  double gemm_flops_per_s() const { return gemm_flops_per_s_; }
  double copy_bytes_per_s() const { return copy_bytes_per_s_; }
  /// Adds floors, and their shares of the median: "gemm_floor_seconds" and "share_of_floor", the
  /// arithmetic alone; "roofline_seconds" and "share_of_roofline", the reading of weights as well
  /// (null with packed batches).
  nlohmann::ordered_json with_floors(const Measurement& measurement) const;

 private:
  double gemm_flops_per_s_ = 0;
  double copy_bytes_per_s_ = 0;
};

}  // namespace evotoken::benchmarks
