// Which items are counted more than once, and which files a former run left behind.
//
// A run with fewer workers than the one before overwrites the low ranks and leaves the high ones:
// every item of such a file then stands in other files as well. That is certain from the contents;
// which of the files are the old ones is known only from their modification times, and these say
// nothing after a copy or a checkout. So a file is called stale only when all of its items were
// written again later; otherwise the items are said to be duplicates and no more.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>

#include "base/error.h"
#include "base/progress.h"
#include "reports/audit_checks.h"

namespace evotoken::reports {
namespace {

/// The workers of one run finish within minutes; a later run takes longer than this.
constexpr std::chrono::seconds kLaterRun{60};
/// A gap this long between two files of one setup deserves a word though nothing is doubled.
constexpr std::chrono::hours kFarApart{6};

struct Place {
  const AuditedFile* file;
  std::size_t index;
};

using Places = std::map<std::string, std::vector<Place>>;

Places places_of(const AuditedSetup& setup) {
  Places places;
  for (const AuditedFile* file : setup.files) {
    for (std::size_t i = 0; i < file->identities.size(); ++i) {
      if (!file->identities[i].empty()) places[file->identities[i]].push_back({file, i});
    }
  }
  return places;
}

bool written_later(const AuditedFile& a, const AuditedFile& b) {
  return a.modified && b.modified && *a.modified > *b.modified + kLaterRun;
}

/// Is every item of `file` also in a file that was written later?
bool is_stale(const AuditedFile& file, const Places& places) {
  return !file.identities.empty() &&
         std::all_of(file.identities.begin(), file.identities.end(), [&](const std::string& id) {
           if (id.empty()) return false;
           const auto& at = places.at(id);
           return std::any_of(at.begin(), at.end(),
                              [&](const Place& place) { return written_later(*place.file, file); });
         });
}

/// The start of a question, enough to find it; cut between UTF-8 characters.
std::string excerpt(const AuditedFile& file, std::size_t index) {
  constexpr std::size_t kBytes = 60;
  if (index >= file.questions.size() || file.questions[index].empty()) return "";
  std::string text = file.questions[index];
  std::replace(text.begin(), text.end(), '\n', ' ');
  if (text.size() <= kBytes) return fmt::format(" (\"{}\")", text);
  std::size_t end = kBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return fmt::format(" (\"{}…\")", text.substr(0, end));
}

/// What of one file stands elsewhere too.
struct Overlap {
  std::int64_t items = 0;
  std::set<std::string> others;  ///< names of the other files; its own when doubled within
  std::string example;
};

Overlap overlap_of(const AuditedFile& file, const Places& places) {
  Overlap overlap;
  for (std::size_t i = 0; i < file.identities.size(); ++i) {
    if (file.identities[i].empty()) continue;
    const auto& at = places.at(file.identities[i]);
    if (at.size() < 2) continue;
    ++overlap.items;
    for (const Place& place : at) {
      if (place.file == &file && place.index == i) continue;
      const std::string name =
          place.file == &file ? "itself" : place.file->path.filename().string();
      overlap.others.insert(name);
      if (overlap.example.empty()) {
        overlap.example =
            fmt::format("item {} is item {} of {}{}", i, place.index, name, excerpt(file, i));
      }
    }
  }
  return overlap;
}

std::string list_names(const std::set<std::string>& names) {
  constexpr std::size_t kShown = 4;
  if (names.size() <= kShown) return join_names(names);
  const std::vector<std::string> shown(names.begin(), std::next(names.begin(), kShown));
  return fmt::format("{} and {} more", join_names(shown), names.size() - kShown);
}

}  // namespace

std::int64_t count_distinct(const AuditedSetup& setup) {
  std::set<std::string> identities;
  std::int64_t unknown = 0;
  for (const AuditedFile* file : setup.files) {
    for (const std::string& identity : file->identities) {
      if (identity.empty()) {
        ++unknown;
      } else {
        identities.insert(identity);
      }
    }
  }
  return static_cast<std::int64_t>(identities.size()) + unknown;
}

void check_duplicates(const AuditedSetup& setup, std::vector<Finding>& findings) {
  const Places places = places_of(setup);
  for (const AuditedFile* file : setup.files) {
    const Overlap overlap = overlap_of(*file, places);
    if (overlap.items == 0) continue;
    if (is_stale(*file, places)) {
      findings.push_back(
          {finding::kStaleFile, file->path.string(),
           fmt::format("left by an earlier run: all of its {} items were written again later, in "
                       "{}; they are counted more than once until it is removed",
                       file->identities.size(), list_names(overlap.others))});
    } else {
      findings.push_back({finding::kDuplicateItems, file->path.string(),
                          fmt::format("{} of its {} items are counted more than once, also in {}: "
                                      "{}",
                                      overlap.items, file->identities.size(),
                                      list_names(overlap.others), overlap.example)});
    }
  }
}

void check_modification_times(const AuditedSetup& setup, std::vector<Finding>& findings) {
  std::vector<const AuditedFile*> by_time;
  for (const AuditedFile* file : setup.files) {
    if (file->modified) by_time.push_back(file);
  }
  std::sort(by_time.begin(), by_time.end(),
            [](const AuditedFile* a, const AuditedFile* b) { return *a->modified < *b->modified; });
  std::size_t split = 0;
  std::filesystem::file_time_type::duration widest{0};
  for (std::size_t i = 1; i < by_time.size(); ++i) {
    const auto gap = *by_time[i]->modified - *by_time[i - 1]->modified;
    if (gap > widest) {
      widest = gap;
      split = i;
    }
  }
  if (widest <= kFarApart) return;
  std::set<std::string> older;
  for (std::size_t i = 0; i < split; ++i) older.insert(by_time[i]->path.filename().string());
  findings.push_back(
      {finding::kModificationTimes, setup.directory,
       fmt::format("{}: {} of its {} files were written {} (h:mm:ss) before the others and may be "
                   "of an earlier run: {}",
                   setup.setup, split, by_time.size(),
                   format_duration(std::chrono::duration<double>(widest).count()),
                   list_names(older))});
}

}  // namespace evotoken::reports
