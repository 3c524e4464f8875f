// Source: the published eval/get_acc.py. Deviations: a setup without graded items has an unknown
// accuracy where the published code says 0; items that cannot be graded are counted apart;
// baselines stand beside EvoToken's rows.
#include "reports/accuracy_table.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <tuple>

#include "reports/item_verdicts.h"
#include "reports/selection_over_alpha.h"
#include "reports/setup_directory.h"

namespace evotoken::reports {
namespace {

// As the verified grader spells them (scorers/scorer.h, which reports do not see).
constexpr const char* kNoAnswer = "no_answer";
constexpr const char* kTruncated = "truncated";

/// Sums of one cell while its records come in.
struct Sums {
  AccuracyCell cell;
  Accuracy verified;
  ItemVerdicts items;

  /// A sum that is known only while every graded item has a value.
  template <typename Number>
  struct Total {
    Number sum{};
    std::int64_t count = 0;
    void add(const std::optional<Number>& value) {
      if (!value) return;
      sum += *value;
      ++count;
    }
    std::optional<double> of_all(std::int64_t processed) const {
      if (processed == 0 || count != processed) return std::nullopt;
      return static_cast<double>(sum);
    }
  };
  Total<std::int64_t> tokens_to_eos;
  Total<std::int64_t> tokens;
  Total<std::int64_t> nfe;
  Total<double> seconds;
  Total<double> energy_j;
  std::vector<double> latencies_s;
};

void add_record(const ResultRecord& record, Sums& sums) {
  AccuracyCell& cell = sums.cell;
  ++cell.items;
  sums.items.add(record.identity,
                 record.reference ? std::optional(record.reference->correct) : std::nullopt);
  // Files of one setup that disagree have no common length; the audit names them.
  if (cell.gen_length != record.gen_length) cell.gen_length.reset();
  if (cell.steps != record.steps) cell.steps.reset();
  if (!record.has_gold) ++cell.no_gold;
  if (!record.reference) {
    ++cell.failed;
    return;
  }
  ++cell.reference.processed;
  if (record.reference->correct) ++cell.reference.correct;
  if (record.verified) {
    ++sums.verified.processed;
    if (record.verified->correct) ++sums.verified.correct;
    if (record.verified->reason == kNoAnswer) ++cell.no_answer;
    const auto& flags = record.verified->flags;
    if (std::find(flags.begin(), flags.end(), kTruncated) != flags.end()) ++cell.truncated;
  }
  sums.tokens_to_eos.add(record.tokens_to_eos);
  sums.tokens.add(record.tokens);
  sums.nfe.add(record.nfe);
  sums.seconds.add(record.seconds);
  sums.energy_j.add(record.energy_j);
  if (record.latency_s) sums.latencies_s.push_back(*record.latency_s);
}

std::optional<double> ratio(std::optional<double> numerator, std::optional<double> denominator) {
  if (!numerator || !denominator || *denominator <= 0) return std::nullopt;
  return *numerator / *denominator;
}

AccuracyCell finished_cell(const Sums& sums) {
  AccuracyCell cell = sums.cell;
  const std::int64_t processed = cell.reference.processed;
  cell.distinct_items = sums.items.distinct();
  if (processed > 0 && sums.verified.processed == processed) cell.verified = sums.verified;
  cell.decode_time_s = sums.seconds.of_all(processed);
  cell.energy_j = sums.energy_j.of_all(processed);
  cell.tokens_per_second_to_eos = ratio(sums.tokens_to_eos.of_all(processed), cell.decode_time_s);
  cell.tokens_per_second = ratio(sums.tokens.of_all(processed), cell.decode_time_s);
  cell.nfe_mean = ratio(sums.nfe.of_all(processed), static_cast<double>(processed));
  cell.answers_per_second = ratio(static_cast<double>(processed), cell.decode_time_s);
  cell.tokens_per_pass = ratio(sums.tokens.of_all(processed), sums.nfe.of_all(processed));
  if (static_cast<std::int64_t>(sums.latencies_s.size()) == processed) {
    cell.latency_s = percentiles(sums.latencies_s);
  }
  return cell;
}

AccuracyCell new_cell(const ResultRecord& record) {
  AccuracyCell cell;
  cell.directory = record.directory;
  cell.setup = record.setup;
  cell.task = record.task;
  cell.gen_length = record.gen_length;
  cell.steps = record.steps;
  if (const auto evotoken = parse_evotoken_directory(record.directory)) {
    cell.k_soft = evotoken->k_soft;
    cell.alpha_soft_mask = evotoken->alpha_soft_mask;
  }
  return cell;
}

void set_families(std::vector<AccuracyCell>& cells) {
  std::vector<std::string> bases;
  for (const AccuracyCell& cell : cells) {
    if (const auto evotoken = parse_evotoken_directory(cell.directory)) {
      bases.push_back(evotoken->base);
    }
  }
  for (AccuracyCell& cell : cells) cell.family = family_of(cell.directory, bases);
}

std::vector<BestOverAlpha> best_over_alpha(const std::vector<AccuracyCell>& cells) {
  std::vector<const AccuracyCell*> by_name;
  for (const AccuracyCell& cell : cells) {
    if (cell.k_soft && !cell.task.empty()) by_name.push_back(&cell);
  }
  std::sort(by_name.begin(), by_name.end(), [](const AccuracyCell* a, const AccuracyCell* b) {
    return std::tie(a->family, a->setup, a->task, a->directory) <
           std::tie(b->family, b->setup, b->task, b->directory);
  });
  std::vector<BestOverAlpha> best;
  for (const AccuracyCell* cell : by_name) {
    const bool same_setup = !best.empty() && best.back().family == cell->family &&
                            best.back().setup == cell->setup && best.back().task == cell->task;
    if (!same_setup) {
      best.emplace_back();
      best.back().family = cell->family;
      best.back().setup = cell->setup;
      best.back().task = cell->task;
      best.back().gen_length = cell->gen_length;
      best.back().steps = cell->steps;
    }
    BestOverAlpha& row = best.back();
    if (row.directories++ == 0 || cell->reference.accuracy_frac() > row.reference.accuracy_frac()) {
      row.reference = cell->reference;
      row.verified = cell->verified;
      row.directory = cell->directory;
      row.k_soft = *cell->k_soft;
      row.alpha_soft_mask = *cell->alpha_soft_mask;
    }
  }
  return best;
}

}  // namespace

std::optional<std::int64_t> AccuracyCell::missing() const {
  if (!expected_items) return std::nullopt;
  return std::max<std::int64_t>(0, *expected_items - distinct_items);
}

std::optional<double> AccuracyCell::verified_difference_frac() const {
  const auto verified_frac = verified ? verified->accuracy_frac() : std::nullopt;
  const auto reference_frac = reference.accuracy_frac();
  if (!verified_frac || !reference_frac) return std::nullopt;
  return *verified_frac - *reference_frac;
}

std::optional<double> AccuracyCell::answered_frac() const {
  if (!verified || verified->processed == 0) return std::nullopt;
  const auto processed = static_cast<double>(verified->processed);
  return (processed - static_cast<double>(no_answer)) / processed;
}

std::map<std::string, std::string> directory_names(const AccuracyTable& table) {
  std::map<std::string, std::string> names;
  std::set<std::string> different;
  for (const AccuracyCell& cell : table.cells) {
    const std::string name = std::filesystem::path(cell.directory).filename().string();
    names[cell.directory] = name.empty() ? cell.directory : name;
  }
  for (const auto& [directory, name] : names) different.insert(name);
  if (different.size() == names.size()) return names;
  for (auto& [directory, name] : names) name = directory;
  return names;
}

struct AccuracyTableBuilder::Cells {
  std::map<CellKey, Sums> sums_of;
};

AccuracyTableBuilder::AccuracyTableBuilder() : cells_(std::make_unique<Cells>()) {}
AccuracyTableBuilder::~AccuracyTableBuilder() = default;

void AccuracyTableBuilder::add(const ResultRecord& record) {
  const auto [it, is_new] =
      cells_->sums_of.try_emplace({record.directory, record.setup, record.task});
  if (is_new) it->second.cell = new_cell(record);
  add_record(record, it->second);
}

AccuracyTable AccuracyTableBuilder::finish(const ExpectedItems& expected) {
  AccuracyTable table;
  CellItems items;
  for (auto& [key, sums] : cells_->sums_of) {
    sums.items.sort();
    table.cells.push_back(finished_cell(sums));
    AccuracyCell& cell = table.cells.back();
    const auto known = expected.find({cell.directory, cell.setup});
    if (known != expected.end()) cell.expected_items = known->second;
    if (cell.k_soft) items.emplace(key, std::move(sums.items));
  }
  cells_->sums_of.clear();
  set_families(table.cells);
  // An empty k (a baseline) sorts before any other.
  std::sort(
      table.cells.begin(), table.cells.end(), [](const AccuracyCell& a, const AccuracyCell& b) {
        return std::tie(a.family, a.task, a.gen_length, a.steps, a.setup, a.k_soft, a.directory) <
               std::tie(b.family, b.task, b.gen_length, b.steps, b.setup, b.k_soft, b.directory);
      });
  table.best = best_over_alpha(table.cells);
  add_selection_estimates(items, table);
  table.seeds = over_seeds(table.cells);
  return table;
}

AccuracyTable make_accuracy_table(const std::vector<ResultRecord>& records,
                                  const ExpectedItems& expected) {
  AccuracyTableBuilder builder;
  for (const ResultRecord& record : records) builder.add(record);
  return builder.finish(expected);
}

}  // namespace evotoken::reports
