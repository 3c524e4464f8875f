// evotoken-bench: latency and throughput of decoders, on a checkpoint or on random weights of a
// given shape, beside what the machine could do. Nothing is timed before its result was checked.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "base/error.h"
#include "base/files.h"
#include "base/profile.h"
#include "base/progress.h"
#include "benchmarks/audit.h"
#include "benchmarks/measure.h"
#include "benchmarks/shapes.h"
#include "engine/model/cuda_graph.h"
#include "engine/model/device.h"
#include "programs/decoding_flags.h"
#include "programs/main.h"
#include "programs/model_flags.h"
#include "programs/output.h"

namespace {

using namespace evotoken;
using benchmarks::Peaks;
using benchmarks::Setting;
using Json = nlohmann::ordered_json;

struct Options {
  std::string shape = "150m";
  std::int64_t vocab_size = 0;  ///< 0: the shape's
  programs::ModelFlags model{.model_path = ""};
  programs::DecodingFlags decoding;
  std::vector<std::int64_t> prompt_lengths = {128};
  std::vector<std::int64_t> batch_sizes = {1};
  bool packed_batch = false;
  int repetitions = 3;
  int threads = 0;
  std::uint64_t weight_seed = 0;
  std::int64_t audit_samples = 0;
  std::string json;
  std::string profile;
};

/// "evotoken dual cache T 0.5", from decoding::to_json.
std::string method_of(const Json& decoding) {
  const auto cache = decoding.at("cache").get<std::string>();
  return fmt::format("{}{} T {}", decoding.at("decoder").get<std::string>(),
                     cache == "none" ? "" : " " + cache + " cache",
                     decoding.at("temperature").dump());
}

std::string name_of(const Json& result) {
  const Json& decoding = result.at("decoding");
  return fmt::format("{} {}+{}/{} batch {}", method_of(decoding), result.at("prompt_length").dump(),
                     decoding.at("gen_length").dump(), decoding.at("diffusion_steps").dump(),
                     result.at("batch_size").dump());
}

void print_table(const Json& results) {
  fmt::print("{:<52} {:>9} {:>9} {:>9} {:>8} {:>9} {:>7} {:>9}\n",
             "decoder, prompt+generated/steps", "s median", "min", "max", "ms/pass", "tokens/s",
             "floor", "roofline");
  for (const Json& result : results) {
    const Json& seconds = result.at("seconds");
    fmt::print("{:<52} {:>9.3f} {:>9.3f} {:>9.3f} {:>8.2f} {:>9.1f} {:>6.1f}% {:>9}\n",
               name_of(result), seconds.at("median").get<double>(), seconds.at("min").get<double>(),
               seconds.at("max").get<double>(), result.at("ms_per_pass").get<double>(),
               result.at("generated_tokens_per_second").get<double>(),
               100 * result.at("share_of_floor").get<double>(),
               result.at("share_of_roofline").is_null()
                   ? "–"
                   : fmt::format("{:.1f}%", 100 * result.at("share_of_roofline").get<double>()));
  }
}

std::vector<Setting> settings_of(const Options& options) {
  std::vector<Setting> settings;
  for (const auto& decoding : options.decoding.grid()) {
    for (const std::int64_t prompt_length : options.prompt_lengths) {
      for (const std::int64_t batch : options.batch_sizes) {
        settings.push_back({decoding, prompt_length, batch, options.packed_batch});
      }
    }
  }
  return settings;
}

model::LladaModel open_model(const Options& options) {
  if (!options.model.model_path.empty()) {
    programs::check_model_flags(options.model);
    return programs::load_model(options.model).model;
  }
  const auto dtype = model::parse_dtype(options.model.dtype);
  const c10::Device device = model::open_device(options.model.device);
  return benchmarks::random_model(
      benchmarks::shape_config(options.shape, options.vocab_size),
      {.dtype = dtype.value_or(device.is_cuda() ? at::kBFloat16 : at::kFloat),
       .device = device,
       .seed = options.weight_seed,
       .quantization =
           parse_choice<model::Quantization>("--quantization", options.model.quantization)});
}

/// Steps of all settings; null without --cuda_graphs.
Json graph_counts(const decoding::BlockGraphs* graphs) {
  if (graphs == nullptr) return nullptr;
  const decoding::BlockGraphs::Counts counts = graphs->counts();
  return {{"evaluated", counts.evaluated},
          {"recorded", counts.recorded},
          {"replayed", counts.replayed}};
}

void write_outputs(const Options& options, const Json& report) {
  if (options.json == "-") {
    std::cout << report.dump() << '\n';
  } else if (!options.json.empty()) {
    write_file_atomically(options.json, report.dump(1) + "\n");
  }
  if (!options.profile.empty()) Profile::finish(options.profile);
}

/// Proves or disproves for each setting that batches do not change tokens.
int run_audit(const Options& options, const model::LladaModel& model,
              decoding::BlockGraphs* graphs) {
  bool same = true;
  for (const auto& decoding : options.decoding.grid()) {
    const auto result = benchmarks::audit_batches(model, decoding,
                                                  {.samples = options.audit_samples,
                                                   .seed = decoding.seed,
                                                   .packed = options.packed_batch,
                                                   .graphs = graphs});
    fmt::print("{}: {} samples decoded again in batches, {} with other tokens\n",
               method_of(decoding::to_json(decoding)), result.comparisons,
               result.differences.size());
    for (const std::string& difference : result.differences) fmt::print("  {}\n", difference);
    same = same && result.differences.empty();
  }
  return static_cast<int>(same ? ExitStatus::kSuccess : ExitStatus::kComparisonFailed);
}

int run(const Options& options) {
  const c10::InferenceMode inference;
  const std::vector<Setting> settings = settings_of(options);
  programs::refuse_stdout({"--profile", options.profile});
  programs::check_output(options.json);
  programs::check_output(options.profile);
  if (options.threads > 0) at::set_num_threads(options.threads);
  programs::check_graph_flags(options.model, options.packed_batch);
  const model::LladaModel model = open_model(options);
  const auto graphs = programs::make_graphs(options.model, model);
  if (options.audit_samples > 0) return run_audit(options, model, graphs.get());
  Peaks peaks;
  peaks.look(model.dtype(), model.device());
  std::vector<benchmarks::Measurement> measurements;
  {
    Progress progress("benchmarks", std::ssize(settings), "settings");
    if (!options.profile.empty()) Profile::start();
    for (const Setting& setting : settings) {
      measurements.push_back(
          benchmarks::measure(model, setting, options.repetitions, graphs.get()));
      progress.advance(1, name_of(measurements.back().result));
    }
    Profile::stop();
  }
  peaks.look(model.dtype(), model.device());
  Json results = Json::array();
  for (const auto& measurement : measurements) results.push_back(peaks.with_floors(measurement));
  const Json report = {
      {"benchmark", "evotoken-bench"},
      {"context",
       {{"model", options.model.model_path.empty() ? options.shape : options.model.model_path},
        {"device", model::describe_device(model.device())},
        {"dtype", model.number_format()},
        {"cuda_graphs", graph_counts(graphs.get())},
        {"threads", at::get_num_threads()},
        {"gemm_gflops_per_s", peaks.gemm_flops_per_s() * 1e-9},
        {"copy_gb_per_s", peaks.copy_bytes_per_s() * 1e-9},
        {"peak_host_memory_bytes", model::peak_host_memory_bytes()}}},
      {"results", results}};
  if (options.json != "-") {
    fmt::print("{}, {}, {} threads; GEMM {:.0f} GFLOP/s, copy {:.1f} GB/s\n",
               report["context"]["device"].get<std::string>(),
               report["context"]["dtype"].get<std::string>(), at::get_num_threads(),
               peaks.gemm_flops_per_s() * 1e-9, peaks.copy_bytes_per_s() * 1e-9);
    print_table(results);
  }
  write_outputs(options, report);
  return static_cast<int>(ExitStatus::kSuccess);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "Times decoders on random prompts, beside the machine's own peaks. \"floor\" is the time "
      "that\n"
      "the needed arithmetic takes at the GEMM rate measured in the same run, as a share of the\n"
      "median; \"roofline\" the same where layers and head take at least as long as their weights\n"
      "at the copy rate.",
      "evotoken-bench");
  Options options;
  app.option_defaults()->group("What is measured");
  app.add_option("--shape", options.shape, "of the random weights")
      ->type_name(fmt::format("{{{}}}", fmt::join(benchmarks::shape_names(), ",")))
      ->capture_default_str();
  app.add_option("--vocab_size", options.vocab_size, "of the random weights; 0 is LLaDA's")
      ->capture_default_str();
  app.add_option("--prompt_length", options.prompt_lengths, "tokens of the prompt; a list")
      ->delimiter(',')
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--batch_size", options.batch_sizes, "samples in flight; a list")
      ->delimiter(',')
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_flag("--packed_batch", options.packed_batch, "one forward pass for a batch");
  app.add_option("--repetitions", options.repetitions, "of each setting")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--threads", options.threads, "default: LibTorch's")->check(CLI::PositiveNumber);
  app.add_option("--weight_seed", options.weight_seed, "of the random weights")
      ->capture_default_str();
  app.add_option("--audit", options.audit_samples,
                 "time nothing: decode so many random samples alone and in random batches, and\n"
                 "compare their tokens; exit status 1 where one differs")
      ->check(CLI::PositiveNumber);
  app.option_defaults()->group("Output");
  app.add_option("--json", options.json, "the results as JSON to FILE; - is stdout")
      ->type_name("FILE");
  app.add_option("--profile", options.profile,
                 "time per stage as a table on stderr, and a Chrome trace to FILE")
      ->type_name("FILE");
  programs::add_model_flags(app, options.model);
  options.decoding.add_to(app);
  return programs::run_main(app, argc, argv, [&] { return run(options); });
}
