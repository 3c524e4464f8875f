// Coverage audit: what is missing, doubled, left over or unreadable in a folder of results. The
// published report takes such folders as they are; here each is said loudly and none changes a
// count.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/accuracy_table.h"
#include "reports/generations_file.h"
#include "reports/item_key.h"
#include "reports/result_files.h"

namespace evotoken::reports {

/// Kinds of findings; stable, as other tools read them.
namespace finding {
inline constexpr const char* kUnreadableFile = "unreadable_file";    ///< damaged, cut off, denied
inline constexpr const char* kUnknownTask = "unknown_task";          ///< in no table
inline constexpr const char* kEmptyDirectory = "empty_directory";    ///< no results under it
inline constexpr const char* kEmptyFile = "empty_file";              ///< a body without items
inline constexpr const char* kMissingItems = "missing_items";        ///< fewer than the test set
inline constexpr const char* kUnexpectedItems = "unexpected_items";  ///< more than the test set
inline constexpr const char* kMissingRanks = "missing_ranks";        ///< a gap in the ranks
inline constexpr const char* kUnevenRanks = "uneven_ranks";          ///< shares no one run deals
inline constexpr const char* kDuplicateItems = "duplicate_items";    ///< counted more than once
inline constexpr const char* kStaleFile = "stale_file";              ///< all of it written again
inline constexpr const char* kModificationTimes = "modification_times";  ///< written far apart
inline constexpr const char* kCountMismatch = "count_mismatch";  ///< items ≠ total_processed
inline constexpr const char* kMixedSettings = "mixed_settings";  ///< files or name disagree
inline constexpr const char* kFailedItems = "failed_items";      ///< without a grade
inline constexpr const char* kMissingGold = "missing_gold";      ///< never correct
}  // namespace finding

struct Finding {
  std::string kind;    ///< one of `finding::`
  std::string path;    ///< the file or folder; for a setup the directory
  std::string detail;  ///< one line for people
};

/// What the audit knows of one file. Made by describe_file or by hand.
struct AuditedFile {
  std::filesystem::path path;
  std::string directory;  ///< directory_label of its folder
  std::string setup;
  std::string task;  ///< empty when unknown
  std::optional<std::int64_t> rank;
  std::optional<std::string> error;  ///< why it could not be read; then nothing below is known
  std::optional<std::filesystem::file_time_type> modified;
  /// Whether it should hold (a share of) a whole test set; not so for loose JSON lines.
  bool of_test_set = true;
  std::vector<ItemKey> identities;     ///< of sample_identity, one for each item
  std::vector<std::string> questions;  ///< of each item, for messages; may be empty
  std::int64_t failed = 0;
  std::optional<std::string> first_failure;
  std::int64_t no_gold = 0;
  /// What the body says of its run.
  std::optional<std::int64_t> total_processed;
  std::optional<std::int64_t> gen_length;
  std::optional<std::int64_t> steps;
  std::optional<std::int64_t> block_length;
  std::optional<std::string> model_path;
  std::optional<std::string> checkpoint_path;
};

struct Audit {
  std::int64_t files = 0;
  std::int64_t items = 0;
  std::vector<Finding> findings;
};

/// Hash by which two items are the same: question and prompt. Empty when both are.
std::string sample_identity(std::string_view question, std::string_view prompt_input);

/// The task size that coverage is measured against: Countdown 256, GSM8K 1319, MATH500 500, SVAMP
/// 300 (ChilleD's test split) or, with more items than that, 1000. Nothing for other tasks.
std::optional<std::int64_t> test_set_size(std::string_view task, std::int64_t distinct_items);

/// What the name and body of a published file say. `modified` is read from disk where it can be.
AuditedFile describe_file(const std::filesystem::path& path, const GenerationsFile& file);

/// A file that could not be read, for the audit.
AuditedFile describe_unreadable(const std::filesystem::path& path, std::string error);

/// How many items each setup should have: `expected_items` of the results.json beside its files,
/// else the size of its task's test set. A results.json that cannot be read is added to `problems`.
ExpectedItems expected_items(const std::vector<AuditedFile>& files,
                             std::vector<Finding>* problems = nullptr);

/// The question of an item of a file, by its place there, for messages; empty where there is none.
using QuestionReader = std::function<std::string(const AuditedFile& file, std::size_t index)>;

/// All findings over `files` and over what the search of their folders met. Of a file that does not
/// hold its questions, `read_question` is asked for one at most. Throws only what that throws.
Audit audit_results(const std::vector<AuditedFile>& files, const FoundFiles& found = {},
                    const QuestionReader& read_question = {});

/// One line per finding under a heading with the counts; says so where there is none.
std::string audit_text(const Audit& audit);

/// {"files", "items", "clean", "findings": [{"kind", "path", "detail"}]}; clean is whether
/// there are no findings.
nlohmann::ordered_json audit_json(const Audit& audit);

}  // namespace evotoken::reports
