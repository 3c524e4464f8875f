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
#include <cstdint>
#include <iterator>
#include <optional>
#include <set>
#include <span>
#include <tuple>
#include <vector>

#include "base/error.h"
#include "base/progress.h"
#include "reports/audit_checks.h"

namespace evotoken::reports {
namespace {

/// The workers of one run finish within minutes; a later run takes longer than this.
constexpr std::chrono::seconds kLaterRun{60};
/// A gap this long between two files of one setup deserves a word though nothing is doubled.
constexpr std::chrono::hours kFarApart{6};

/// Where an item stands; sixteen bytes, and only while its setup is looked at.
struct Place {
  ItemKey item;
  std::uint32_t file;  ///< in the setup's order
  std::uint32_t index;
};

/// Everywhere that one item stands, by file and index.
using SameItem = std::span<const Place>;

/// All known items of a setup.
class Places {
 public:
  explicit Places(const AuditedSetup& setup) {
    for (std::size_t f = 0; f < setup.files.size(); ++f) {
      const auto& items = setup.files[f]->identities;
      for (std::size_t i = 0; i < items.size(); ++i) {
        if (!items[i].is_known()) continue;
        places_.push_back({items[i], static_cast<std::uint32_t>(f), static_cast<std::uint32_t>(i)});
      }
    }
    std::sort(places_.begin(), places_.end(), [](const Place& a, const Place& b) {
      return std::tie(a.item, a.file, a.index) < std::tie(b.item, b.file, b.index);
    });
  }

  SameItem of(ItemKey item) const {
    const auto [begin, end] =
        std::equal_range(places_.begin(), places_.end(), Place{item, 0, 0},
                         [](const Place& a, const Place& b) { return a.item < b.item; });
    return {begin, end};
  }

 private:
  std::vector<Place> places_;
};

bool written_later(const AuditedFile& a, const AuditedFile& b) {
  return a.modified && b.modified && *a.modified > *b.modified + kLaterRun;
}

/// Is every item of `file` also in a file that was written later?
bool is_stale(const AuditedFile& file, const AuditedSetup& setup, const Places& places) {
  return !file.identities.empty() &&
         std::all_of(file.identities.begin(), file.identities.end(), [&](ItemKey item) {
           const SameItem at = places.of(item);
           return std::any_of(at.begin(), at.end(), [&](const Place& place) {
             return written_later(*setup.files[place.file], file);
           });
         });
}

/// The start of an item's question, enough to find it; cut between UTF-8 characters.
std::string excerpt(const AuditedFile& file, std::size_t index,
                    const QuestionReader& read_question) {
  constexpr std::size_t kBytes = 60;
  std::string text;
  if (index < file.questions.size()) {
    text = file.questions[index];
  } else if (read_question) {
    text = read_question(file, index);
  }
  if (text.empty()) return "";
  std::replace(text.begin(), text.end(), '\n', ' ');
  if (text.size() <= kBytes) return fmt::format(" (\"{}\")", text);
  std::size_t end = kBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return fmt::format(" (\"{}…\")", text.substr(0, end));
}

/// What of one file stands elsewhere too.
struct Overlap {
  std::int64_t items = 0;
  std::set<std::uint32_t> files;  ///< where; its own number when doubled within
  std::optional<Place> first;     ///< the first such item
  Place twin{};                   ///< where that stands too
};

Overlap overlap_of(std::uint32_t number, const AuditedSetup& setup, const Places& places) {
  Overlap overlap;
  const std::vector<ItemKey>& items = setup.files[number]->identities;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const SameItem at = places.of(items[i]);
    if (at.size() < 2) continue;
    ++overlap.items;
    for (const Place& place : at) {
      if (place.file == number && place.index == i) continue;
      overlap.files.insert(place.file);
      if (!overlap.first) {
        overlap.first = Place{items[i], number, static_cast<std::uint32_t>(i)};
        overlap.twin = place;
      }
    }
  }
  return overlap;
}

/// A file as one of its setup is told of it.
std::string name_of(std::uint32_t file, std::uint32_t told, const AuditedSetup& setup) {
  return file == told ? "itself" : setup.files[file]->path.filename().string();
}

std::string list_names(const std::set<std::string>& names) {
  constexpr std::size_t kShown = 4;
  if (names.size() <= kShown) return join_names(names);
  const std::vector<std::string> shown(names.begin(), std::next(names.begin(), kShown));
  return fmt::format("{} and {} more", join_names(shown), names.size() - kShown);
}

std::int64_t count_items(const AuditedSetup& setup) {
  std::int64_t items = 0;
  for (const AuditedFile* file : setup.files) {
    items += static_cast<std::int64_t>(file->identities.size());
  }
  return items;
}

}  // namespace

std::int64_t count_distinct(const AuditedSetup& setup) {
  std::vector<ItemKey> items;
  items.reserve(static_cast<std::size_t>(count_items(setup)));
  for (const AuditedFile* file : setup.files) {
    items.insert(items.end(), file->identities.begin(), file->identities.end());
  }
  std::sort(items.begin(), items.end());
  // Items of unknown identity are equal as keys, and come first.
  const auto known = std::upper_bound(items.begin(), items.end(), ItemKey());
  return (known - items.begin()) + (std::unique(known, items.end()) - known);
}

void check_duplicates(const AuditedSetup& setup, const QuestionReader& read_question,
                      std::vector<Finding>& findings) {
  if (count_distinct(setup) == count_items(setup)) return;
  const Places places(setup);
  for (std::uint32_t number = 0; number < setup.files.size(); ++number) {
    const AuditedFile& file = *setup.files[number];
    const Overlap overlap = overlap_of(number, setup, places);
    if (!overlap.first) continue;
    std::set<std::string> others;
    for (const std::uint32_t other : overlap.files) others.insert(name_of(other, number, setup));
    if (is_stale(file, setup, places)) {
      findings.push_back(
          {finding::kStaleFile, file.path.string(),
           fmt::format("left by an earlier run: all of its {} items were written again later, in "
                       "{}; they are counted more than once until it is removed",
                       file.identities.size(), list_names(others))});
    } else {
      findings.push_back(
          {finding::kDuplicateItems, file.path.string(),
           fmt::format("{} of its {} items are counted more than once, also in {}: item {} is item "
                       "{} of {}{}",
                       overlap.items, file.identities.size(), list_names(others),
                       overlap.first->index, overlap.twin.index,
                       name_of(overlap.twin.file, number, setup),
                       excerpt(file, overlap.first->index, read_question))});
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
