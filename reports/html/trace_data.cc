#include <cmath>

#include "reports/html/page_data.h"

namespace evotoken::reports {
namespace {

using Json = nlohmann::ordered_json;

/// Four decimals are more than a screen shows, and make the page a third as large.
Json rounded(const Json& value) {
  if (value.is_number_float()) return std::round(value.get<double>() * 1e4) / 1e4;
  if (!value.is_array()) return value;
  Json list = Json::array();
  for (const Json& element : value) list.push_back(rounded(element));
  return list;
}

Json step_json(const Json& step) {
  Json json = Json::object();
  for (const char* key : {"step", "block_start", "chosen", "revised", "x", "confidence", "soft_ids",
                          "soft_weights"}) {
    if (step.contains(key)) json[key] = rounded(step[key]);
  }
  return json;
}

}  // namespace

Json trace_data(const ReportContent& content) {
  Json traces = Json::array();
  for (const TracedSample& trace : content.traces) {
    Json steps = Json::array();
    for (const Json& step : trace.steps) steps.push_back(step_json(step));
    Json tokens = Json::object();
    for (const auto& [id, text] : trace.tokens) tokens[std::to_string(id)] = text;
    Json json = {{"label", trace.label}, {"tokens", tokens}, {"steps", steps}, {"record", nullptr}};
    if (trace.record) {
      const ResultRecord& record = content.records[*trace.record];
      json["record"] = {{"directory", record.directory},
                        {"setup", record.setup},
                        {"question", content.texts[*trace.record].question}};
    }
    traces.push_back(std::move(json));
  }
  return traces;
}

}  // namespace evotoken::reports
