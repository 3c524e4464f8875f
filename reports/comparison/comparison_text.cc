// The comparison for people: terminal and pull request.
#include <fmt/format.h>

#include <algorithm>

#include "reports/comparison/comparison_report.h"
#include "reports/text_table.h"

namespace evotoken::reports {
namespace {

/// Questions are cut here: a list of flips is for recognising items, not for reading them.
constexpr std::size_t kQuestionBytes = 160;

std::string percent(std::int64_t correct, std::int64_t items) {
  return fmt::format("{:.2f}", 100 * static_cast<double>(correct) / static_cast<double>(items));
}

/// "[−1.25, +0.30]"
std::string points_interval(const Interval& interval) {
  return fmt::format("[{:+.2f}, {:+.2f}]", 100 * interval.low, 100 * interval.high);
}

std::string p_text(double p) { return p < 0.0001 ? "<0.0001" : fmt::format("{:.4f}", p); }

void add_rows(TextTable& table, const CellComparison& cell) {
  if (cell.graders.empty()) {
    const std::string none = kUnknown;
    table.add_row({cell.name, none, none, none, none, none, none, none,
                   fmt::format("{}/{}", cell.baseline_items, cell.candidate_items), none, none,
                   verdict_name(cell.verdict)});
  }
  for (const GraderComparison& result : cell.graders) {
    const PairedCounts& counts = result.counts;
    const bool decides = result.grader == cell.deciding;
    table.add_row({cell.name, grader_name(result.grader),
                   percent(counts.both_correct + counts.only_baseline, counts.items()),
                   percent(counts.both_correct + counts.only_candidate, counts.items()),
                   fmt::format("{:+.2f}", 100 * counts.difference_frac()),
                   points_interval(result.difference_frac), fmt::format("{}", counts.only_baseline),
                   fmt::format("{}", counts.only_candidate), fmt::format("{}", counts.items()),
                   p_text(result.p_value), p_text(result.p_holm),
                   decides ? verdict_name(cell.verdict) : "(beside it)"});
  }
}

TextTable comparison_table(const Comparison& comparison) {
  TextTable table({{"setup", false},
                   {"grader", false},
                   {"baseline %"},
                   {"candidate %"},
                   {"difference"},
                   {"95% interval"},
                   {"lost"},
                   {"gained"},
                   {"items"},
                   {"p"},
                   {"p (Holm)"},
                   {"verdict", false}});
  for (const CellComparison& cell : comparison.cells) add_rows(table, cell);
  for (const CellComparison& total : comparison.totals) add_rows(table, total);
  return table;
}

std::vector<std::string> remarks(const Comparison& comparison) {
  std::vector<std::string> lines;
  const auto add = [&](const CellComparison& cell) {
    for (const std::string& reason : cell.reasons) {
      lines.push_back(fmt::format("{}: {}", cell.name, reason));
    }
  };
  std::ranges::for_each(comparison.cells, add);
  std::ranges::for_each(comparison.totals, add);
  for (const std::string& note : comparison.notes) lines.push_back(fmt::format("note: {}", note));
  return lines;
}

/// What a pull request may show of text that anybody may have written: no markup, no mentions.
std::string escaped_markdown(const std::string& text) {
  std::string out;
  for (const char c : text.substr(0, kQuestionBytes)) {
    if (c == '\n' || c == '\r' || c == '\t') {
      out += ' ';
    } else if (std::string_view("&<>@#[]()*_`~|\\!").find(c) != std::string_view::npos) {
      out += fmt::format("&#{};", static_cast<int>(c));
    } else {
      out += c;
    }
  }
  // A character of several bytes is not cut in two.
  if (text.size() > kQuestionBytes) {
    while (!out.empty() && (static_cast<unsigned char>(out.back()) & 0xC0U) == 0x80U) {
      out.pop_back();
    }
    if (!out.empty() && static_cast<unsigned char>(out.back()) >= 0xC0U) out.pop_back();
    out += " …";
  }
  return out;
}

std::string flips_markdown(const CellComparison& cell, std::size_t max_flips) {
  const GraderComparison* result = cell.decided_by();
  if (result == nullptr || result->flips.empty()) return "";
  std::string text = fmt::format(
      "\n<details><summary>{}: {} lost, {} gained ({} grader)</summary>\n\n", cell.name,
      result->counts.only_baseline, result->counts.only_candidate, grader_name(result->grader));
  for (std::size_t i = 0; i < std::min(max_flips, result->flips.size()); ++i) {
    const Flip& flip = result->flips[i];
    text += fmt::format("- {} `{}` {}\n", flip.gained ? "gained" : "lost", flip.key,
                        escaped_markdown(flip.question));
  }
  if (result->flips.size() > max_flips) {
    text += fmt::format("- and {} more\n", result->flips.size() - max_flips);
  }
  return text + "\n</details>\n";
}

std::string method_text(const Comparison& comparison) {
  return fmt::format(
      "Paired on the same items. Interval: percentile bootstrap of the difference in points, {} "
      "resamples, seed {}. p: two-sided mid-p McNemar; Holm-corrected over the setups, and over "
      "the rows of all tasks together. A regression is a drop of more than {:g} points ({:g} over "
      "all tasks), or one that is significant at {:g}.",
      comparison.options.bootstrap.resamples, comparison.options.bootstrap.seed,
      comparison.options.max_drop_points, comparison.options.total_drop_points(),
      comparison.options.alpha);
}

/// "-2.31 points", or what else made it a regression.
std::string what_fell(const CellComparison& cell) {
  const bool in_points = std::ranges::any_of(cell.reasons, [](const std::string& reason) {
    return reason.find("points") != std::string::npos;
  });
  if (!in_points && cell.changed_texts) {
    return fmt::format("{} of {} texts changed", *cell.changed_texts, cell.compared_items);
  }
  return fmt::format("{:+.2f} points", 100 * cell.decided_by()->counts.difference_frac());
}

/// "gsm8k_64_32 (-2.31 points)" of each regression.
std::vector<std::string> fallen_of(const std::vector<CellComparison>& cells) {
  std::vector<std::string> fallen;
  for (const CellComparison& cell : cells) {
    if (cell.verdict != Verdict::kRegression) continue;
    fallen.push_back(fmt::format("{} ({})", cell.name, what_fell(cell)));
  }
  return fallen;
}

}  // namespace

std::string comparison_headline(const Comparison& comparison) {
  const std::size_t all = comparison.cells.size();
  const std::vector<std::string> fallen = fallen_of(comparison.cells);
  if (!fallen.empty()) {
    return fmt::format("REGRESSION in {} of {} setups: {}", fallen.size(), all,
                       fmt::join(fallen, ", "));
  }
  if (const auto together = fallen_of(comparison.totals); !together.empty()) {
    return fmt::format("REGRESSION over all tasks: {}", fmt::join(together, ", "));
  }
  const auto refused =
      std::ranges::count(comparison.cells, Verdict::kNotComparable, &CellComparison::verdict);
  if (all == 0) return "not comparable: no setup in common";
  if (refused > 0) return fmt::format("not comparable: {} of {} setups", refused, all);
  return fmt::format("no regression in {} {}", all, all == 1 ? "setup" : "setups");
}

std::string comparison_text(const Comparison& comparison) {
  std::string text = comparison_table(comparison).to_text();
  for (const std::string& remark : remarks(comparison)) text += remark + "\n";
  const bool flipped = std::ranges::any_of(comparison.cells, [](const CellComparison& cell) {
    return cell.decided_by() != nullptr && !cell.decided_by()->flips.empty();
  });
  if (flipped) text += "the items that were lost and gained: --markdown -\n";
  return text + comparison_headline(comparison) + "\n";
}

std::string comparison_markdown(const Comparison& comparison, std::size_t max_flips) {
  std::string text = fmt::format("### Accuracy: {}\n\n", comparison_headline(comparison));
  text += fmt::format("`{}` → `{}`\n\n", comparison.baseline, comparison.candidate);
  text += comparison_table(comparison).to_markdown();
  const std::vector<std::string> lines = remarks(comparison);
  if (!lines.empty()) text += "\n";
  for (const std::string& line : lines) text += fmt::format("- {}\n", line);
  for (const CellComparison& cell : comparison.cells) text += flips_markdown(cell, max_flips);
  return text + fmt::format("\n<sub>{}</sub>\n", method_text(comparison));
}

}  // namespace evotoken::reports
