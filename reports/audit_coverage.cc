// Is every item there: ranks without a gap, even shares, the size of the test set, one setting.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/error.h"
#include "reports/audit_checks.h"

namespace evotoken::reports {
namespace {

/// "4, 7, 9", cut after ten.
std::string list_numbers(const std::vector<std::int64_t>& numbers) {
  constexpr std::size_t kShown = 10;
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < numbers.size() && i < kShown; ++i) {
    texts.push_back(fmt::format("{}", numbers[i]));
  }
  if (numbers.size() > kShown) texts.push_back(fmt::format("… ({} in all)", numbers.size()));
  return join_names(texts);
}

std::set<std::int64_t> ranks_of(const AuditedSetup& setup) {
  std::set<std::int64_t> ranks;
  for (const AuditedFile* file : setup.files) {
    if (file->rank) ranks.insert(*file->rank);
  }
  return ranks;
}

/// Adds a finding when the files of a setup give `field` different values.
template <typename Value>
void check_same(const AuditedSetup& setup, const char* name,
                std::optional<Value> AuditedFile::*field, std::vector<Finding>& findings) {
  std::set<Value> values;
  for (const AuditedFile* file : setup.files) {
    if (const auto& value = file->*field) values.insert(*value);
  }
  if (values.size() < 2) return;
  std::vector<std::string> texts;
  texts.reserve(values.size());
  for (const Value& value : values) texts.push_back(fmt::format("{}", value));
  findings.push_back({finding::kMixedSettings, setup.directory,
                      fmt::format("{}: its files name different values of {}: {}", setup.setup,
                                  name, join_names(texts))});
}

}  // namespace

void check_ranks(const AuditedSetup& setup, std::vector<Finding>& findings) {
  const std::set<std::int64_t> ranks = ranks_of(setup);
  if (ranks.empty()) return;
  std::vector<std::int64_t> absent;
  std::int64_t next = 0;
  for (const std::int64_t rank : ranks) {
    // A stray huge rank is one gap; naming a few of its ranks is enough.
    for (; next < rank && absent.size() < 1000; ++next) absent.push_back(next);
    next = rank + 1;
  }
  if (!absent.empty()) {
    findings.push_back({finding::kMissingRanks, setup.directory,
                        fmt::format("{}: no file of rank {} while rank {} is there", setup.setup,
                                    list_numbers(absent), *ranks.rbegin())});
  }

  // The samplers of the published code and of ours deal items out one by one.
  const auto [least, most] = std::minmax_element(
      setup.files.begin(), setup.files.end(), [](const AuditedFile* a, const AuditedFile* b) {
        return a->identities.size() < b->identities.size();
      });
  if ((*most)->identities.size() > (*least)->identities.size() + 1) {
    findings.push_back(
        {finding::kUnevenRanks, setup.directory,
         fmt::format("{}: its files hold {} to {} items, while the workers of one run differ by at "
                     "most one: files of several runs are mixed, or some are incomplete",
                     setup.setup, (*least)->identities.size(), (*most)->identities.size())});
  }
}

void check_size(const AuditedSetup& setup, std::optional<std::int64_t> expected,
                std::vector<Finding>& findings) {
  if (!expected) return;
  const std::int64_t distinct = count_distinct(setup);
  if (distinct < *expected) {
    findings.push_back({finding::kMissingItems, setup.directory,
                        fmt::format("{}: {} of {} items are missing ({:.1f}%)", setup.setup,
                                    *expected - distinct, *expected,
                                    100.0 * static_cast<double>(*expected - distinct) /
                                        static_cast<double>(*expected))});
  } else if (distinct > *expected) {
    findings.push_back({finding::kUnexpectedItems, setup.directory,
                        fmt::format("{}: {} different items, {} more than the {} expected: "
                                    "results of another data set are mixed in",
                                    setup.setup, distinct, distinct - *expected, *expected)});
  }
}

void check_settings(const AuditedSetup& setup, std::vector<Finding>& findings) {
  check_same(setup, "gen_length", &AuditedFile::gen_length, findings);
  check_same(setup, "diffusion_steps", &AuditedFile::steps, findings);
  check_same(setup, "block_length", &AuditedFile::block_length, findings);
  check_same(setup, "model_path", &AuditedFile::model_path, findings);
  check_same(setup, "checkpoint_path", &AuditedFile::checkpoint_path, findings);
  for (const AuditedFile* file : setup.files) {
    const auto name = parse_generations_name(file->path.filename().string());
    if (!name) continue;
    const auto check = [&](const char* what, const auto& in_name, const auto& in_body) {
      if (!in_name || !in_body || *in_name == *in_body) return;
      findings.push_back(
          {finding::kMixedSettings, file->path.string(),
           fmt::format("its name says {} {}, its body {}", what, *in_name, *in_body)});
    };
    check("gen_length", name->gen_length, file->gen_length);
    check("diffusion_steps", name->steps, file->steps);
  }
}

}  // namespace evotoken::reports
