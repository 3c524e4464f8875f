#include "programs/report_traces.h"

#include <fmt/format.h>

#include <set>

#include "base/error.h"
#include "base/files.h"
#include "engine/tokenizer/tokenizer.h"

namespace evotoken::programs {
namespace fs = std::filesystem;

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kGenerations = "_generations.json";

bool is_list_of_numbers(const Json& step, const char* key) {
  const auto list = step.find(key);
  if (list == step.end() || !list->is_array()) return false;
  for (const Json& value : *list) {
    if (!value.is_number()) return false;
  }
  return true;
}

/// Rows of `key`, all numbers, or the key is absent (a decoder without soft tokens).
bool is_table_or_absent(const Json& step, const char* key) {
  const auto rows = step.find(key);
  if (rows == step.end()) return true;
  if (!rows->is_array()) return false;
  for (const Json& row : *rows) {
    if (!row.is_array()) return false;
    for (const Json& value : row) {
      if (!value.is_number()) return false;
    }
  }
  return true;
}

bool is_step(const Json& step) {
  if (!step.is_object() || !step.contains("block_start")) return false;
  if (!step["block_start"].is_number_integer()) return false;
  for (const char* key : {"x", "confidence", "chosen", "revised"}) {
    if (!is_list_of_numbers(step, key)) return false;
  }
  return is_table_or_absent(step, "soft_ids") && is_table_or_absent(step, "soft_weights");
}

void collect_ids(const Json& value, std::set<std::int64_t>& ids) {
  if (value.is_number_integer()) ids.insert(value.get<std::int64_t>());
  if (!value.is_array()) return;
  for (const Json& element : value) collect_ids(element, ids);
}

}  // namespace

reports::TracedSample read_trace(const fs::path& path) {
  reports::TracedSample trace;
  trace.label = path.stem().string();
  for_each_line(path, [&](std::string_view line, std::size_t number) {
    Json step = parse_json(std::string(line), fmt::format("{}:{}", path.string(), number));
    if (!is_step(step)) {
      throw DataError(
          fmt::format("{}:{}: is no denoising step (\"x\", \"confidence\", \"block_start\", "
                      "\"chosen\", \"revised\"), expected what --trace writes; give another file",
                      path.string(), number));
    }
    trace.steps.push_back(std::move(step));
  });
  if (trace.steps.empty()) {
    throw DataError(fmt::format("{}: is empty, expected what --trace writes; give another file",
                                path.string()));
  }
  return trace;
}

void name_tokens(std::vector<reports::TracedSample>& traces, const std::string& model_folder) {
  std::error_code ignored;
  if (model_folder.empty() || !fs::exists(fs::path(model_folder) / "tokenizer.json", ignored)) {
    return;
  }
  const tokenizer::Tokenizer tokenizer = tokenizer::Tokenizer::load(model_folder);
  for (reports::TracedSample& trace : traces) {
    std::set<std::int64_t> ids;
    for (const Json& step : trace.steps) {
      collect_ids(step["x"], ids);
      if (step.contains("soft_ids")) collect_ids(step["soft_ids"], ids);
    }
    for (const std::int64_t id : ids) {
      const auto token = static_cast<TokenId>(id);
      if (id < 0 || !tokenizer.contains(token)) continue;
      trace.tokens[id] = tokenizer.decode(std::vector<TokenId>{token});
    }
  }
}

fs::path trace_beside(const fs::path& generations, std::int64_t index) {
  std::string name = generations.filename().string();
  if (!name.ends_with(kGenerations)) return {};
  name.resize(name.size() - kGenerations.size());
  fs::path trace = generations.parent_path() / fmt::format("{}_trace_{}.jsonl", name, index);
  std::error_code ignored;
  return fs::is_regular_file(trace, ignored) ? trace : fs::path{};
}

}  // namespace evotoken::programs
