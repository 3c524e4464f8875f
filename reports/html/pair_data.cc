#include <map>
#include <tuple>

#include "reports/comparison/comparison.h"
#include "reports/comparison/outcomes.h"
#include "reports/html/page_data.h"
#include "reports/statistics/holm.h"

namespace evotoken::reports {
namespace {

using Json = nlohmann::ordered_json;

/// Resamples of each pair's interval: a page has hundreds of pairs.
constexpr std::int64_t kResamples = 2'000;
/// With more pairs than these, only those of one setup are compared: decoder against decoder.
constexpr std::size_t kMaxPairs = 400;

struct Pair {
  std::size_t a = 0;
  std::size_t b = 0;
};

std::vector<Pair> pairs_of(const std::vector<AccuracyCell>& cells, bool same_setup) {
  std::vector<Pair> pairs;
  for (std::size_t a = 0; a < cells.size(); ++a) {
    for (std::size_t b = a + 1; b < cells.size(); ++b) {
      if (cells[a].task.empty() || cells[a].task != cells[b].task) continue;
      if (same_setup && cells[a].setup != cells[b].setup) continue;
      pairs.push_back({a, b});
    }
  }
  return pairs;
}

/// The outcomes of each cell of the table, as a run of its own.
std::vector<RunOutcomes> runs_of(const ReportContent& content) {
  std::map<std::tuple<std::string, std::string, std::string>, OutcomesBuilder> builders;
  for (std::size_t i = 0; i < content.records.size(); ++i) {
    const ResultRecord& record = content.records[i];
    const auto [it, is_new] = builders.try_emplace({record.directory, record.setup, record.task},
                                                   OutcomesBuilder(record.directory));
    it->second.add(record, content.texts[i].question);
  }
  std::vector<RunOutcomes> runs;
  for (const AccuracyCell& cell : content.table.cells) {
    runs.push_back(builders.at({cell.directory, cell.setup, cell.task}).finish());
  }
  return runs;
}

Json grader_json(const GraderComparison& result) {
  return {{"grader", grader_name(result.grader)},
          {"both", result.counts.both_correct},
          {"only_a", result.counts.only_baseline},
          {"only_b", result.counts.only_candidate},
          {"neither", result.counts.neither},
          {"difference_frac", result.counts.difference_frac()},
          {"interval_frac", {result.difference_frac.low, result.difference_frac.high}},
          {"p", result.p_value}};
}

/// Adds "p_holm" over all pairs, for each grader by itself.
void correct(Json& pairs) {
  for (const Grader grader : {Grader::kReference, Grader::kVerified}) {
    std::vector<Json*> results;
    std::vector<double> p_values;
    for (Json& pair : pairs) {
      for (Json& result : pair["graders"]) {
        if (result["grader"] != grader_name(grader)) continue;
        results.push_back(&result);
        p_values.push_back(result["p"].get<double>());
      }
    }
    const std::vector<double> adjusted = holm_adjust(p_values);
    for (std::size_t i = 0; i < results.size(); ++i) (*results[i])["p_holm"] = adjusted[i];
  }
}

}  // namespace

Json pair_data(const ReportContent& content) {
  std::vector<Pair> pairs = pairs_of(content.table.cells, /*same_setup=*/false);
  if (pairs.size() > kMaxPairs) pairs = pairs_of(content.table.cells, /*same_setup=*/true);
  if (pairs.size() > kMaxPairs) pairs.resize(kMaxPairs);
  const std::vector<RunOutcomes> runs = runs_of(content);
  ComparisonOptions options;
  options.allow_different_items = true;
  options.allow_different_prompts = true;
  options.bootstrap.resamples = kResamples;
  Json json = Json::array();
  for (const Pair& pair : pairs) {
    const Comparison comparison = compare_runs(runs[pair.a], runs[pair.b], options);
    if (comparison.cells.empty() || comparison.cells[0].graders.empty()) continue;
    Json graders = Json::array();
    for (const GraderComparison& result : comparison.cells[0].graders) {
      graders.push_back(grader_json(result));
    }
    json.push_back({{"a", pair.a},
                    {"b", pair.b},
                    {"remarks", comparison.cells[0].reasons},
                    {"graders", std::move(graders)}});
  }
  correct(json);
  return json;
}

}  // namespace evotoken::reports
