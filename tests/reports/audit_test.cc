#include "reports/audit.h"

#include <gmock/gmock.h>

#include <fstream>

#include "base/error.h"
#include "base/files.h"
#include "reports/results_json.h"
#include "tests/support.h"

namespace evotoken::reports {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const auto kNow = fs::file_time_type::clock::now();

/// A rank file with the items first, first + stride, … below `end`.
AuditedFile rank_file(std::int64_t rank, int first, int end, int stride = 1) {
  AuditedFile file;
  file.directory = "no/such/folder";
  file.setup = "countdown_128_64";
  file.path = fs::path(file.directory) / generations_filename(file.setup, rank);
  file.task = "countdown";
  file.rank = rank;
  file.modified = kNow;
  for (int i = first; i < end; i += stride) {
    file.questions.push_back("question " + std::to_string(i));
    file.identities.push_back(sample_identity(file.questions.back(), ""));
  }
  return file;
}

std::vector<std::string> kinds(const Audit& audit) {
  std::vector<std::string> kinds;
  for (const Finding& finding : audit.findings) kinds.push_back(finding.kind);
  return kinds;
}

std::string detail(const Audit& audit, const std::string& kind) {
  for (const Finding& finding : audit.findings) {
    if (finding.kind == kind) return finding.detail;
  }
  return "";
}

TEST(Audit, ACompleteRunHasNoFindings) {
  const Audit audit = audit_results({rank_file(0, 0, 256, 2), rank_file(1, 1, 256, 2)});
  EXPECT_THAT(audit.findings, IsEmpty());
  EXPECT_EQ(audit.files, 2);
  EXPECT_EQ(audit.items, 256);
  EXPECT_EQ(audit_text(audit), "audit: 2 files, 256 items: complete, nothing to report\n");
  EXPECT_EQ(audit_json(audit)["clean"], true);
}

TEST(Audit, MissingItemsAndRanks) {
  const Audit audit = audit_results({rank_file(0, 0, 256, 4), rank_file(3, 3, 256, 4)});
  EXPECT_THAT(kinds(audit), ElementsAre("missing_ranks", "missing_items"));
  EXPECT_EQ(audit.findings[0].detail,
            "countdown_128_64: no file of rank 1, 2 while rank 3 is there");
  EXPECT_EQ(audit.findings[1].detail, "countdown_128_64: 128 of 256 items are missing (50.0%)");
  EXPECT_THAT(audit_text(audit), HasSubstr("2 findings\n  missing_ranks: no/such/folder: "));
}

TEST(Audit, AHugeRankIsAFindingNotALoop) {
  AuditedFile file = rank_file(0, 0, 256);
  file.rank = std::numeric_limits<std::int64_t>::max() - 1;
  EXPECT_THAT(kinds(audit_results({file})), ElementsAre("missing_ranks"));
}

TEST(Audit, TestSetSizes) {
  EXPECT_EQ(test_set_size("countdown", 1), 256);
  EXPECT_EQ(test_set_size("gsm8k", 1), 1319);
  EXPECT_EQ(test_set_size("math500", 1), 500);
  EXPECT_EQ(test_set_size("svamp", 300), 300);
  EXPECT_EQ(test_set_size("svamp", 301), 1000);
  EXPECT_EQ(test_set_size("sudoku", 1), std::nullopt);
}

TEST(Audit, MoreItemsThanTheTestSet) {
  EXPECT_THAT(kinds(audit_results({rank_file(0, 0, 300)})), ElementsAre("unexpected_items"));
}

TEST(Audit, LooseLinesAreNotMeasuredAgainstATestSet) {
  AuditedFile file = rank_file(0, 0, 3);
  file.of_test_set = false;
  EXPECT_THAT(audit_results({file}).findings, IsEmpty());
}

TEST(Audit, UnevenRanks) {
  const Audit audit = audit_results({rank_file(0, 0, 200), rank_file(1, 200, 256)});
  EXPECT_THAT(kinds(audit), ElementsAre("uneven_ranks"));
  EXPECT_THAT(audit.findings[0].detail, HasSubstr("hold 56 to 200 items"));
}

TEST(Audit, DuplicatesAcrossFilesNameBoth) {
  const Audit audit = audit_results({rank_file(0, 0, 128), rank_file(1, 127, 256)});
  EXPECT_THAT(kinds(audit), ElementsAre("duplicate_items", "duplicate_items"));
  EXPECT_EQ(audit.findings[0].detail,
            "1 of its 128 items are counted more than once, also in "
            "countdown_128_64_1_generations.json: item 127 is item 0 of "
            "countdown_128_64_1_generations.json (\"question 127\")");
}

TEST(Audit, DuplicatesWithinAFile) {
  AuditedFile file = rank_file(0, 0, 256);
  file.identities.push_back(file.identities[3]);
  file.questions.push_back(file.questions[3]);
  const Audit audit = audit_results({file});
  EXPECT_THAT(kinds(audit), ElementsAre("duplicate_items"));
  EXPECT_THAT(audit.findings[0].detail, HasSubstr("also in itself: item 3 is item 256 of itself"));
}

TEST(Audit, TheSameQuestionWithAnotherPromptIsAnotherItem) {
  EXPECT_NE(sample_identity("q", "a"), sample_identity("q", "b"));
  EXPECT_NE(sample_identity("ab", ""), sample_identity("a", "b"));
  EXPECT_EQ(sample_identity("", ""), "");
}

TEST(Audit, FilesOfAnEarlierRunWithMoreWorkersAreStale) {
  // Four workers an hour ago, then two that overwrote ranks 0 and 1.
  AuditedFile old2 = rank_file(2, 2, 256, 4);
  AuditedFile old3 = rank_file(3, 3, 256, 4);
  old2.modified = old3.modified = kNow - std::chrono::hours(1);
  const Audit audit = audit_results({rank_file(0, 0, 256, 2), rank_file(1, 1, 256, 2), old2, old3});
  EXPECT_THAT(kinds(audit), ElementsAre("uneven_ranks", "duplicate_items", "duplicate_items",
                                        "stale_file", "stale_file"));
  EXPECT_EQ(audit.findings[3].path, old2.path.string());
  EXPECT_THAT(audit.findings[3].detail,
              HasSubstr("all of its 64 items were written again later, in "
                        "countdown_128_64_0_generations.json"));
}

TEST(Audit, WithoutTimesNothingIsCalledStale) {
  AuditedFile old2 = rank_file(2, 2, 256, 4);
  old2.modified.reset();
  const auto found = kinds(audit_results({rank_file(0, 0, 256, 2), rank_file(1, 1, 256, 2), old2}));
  EXPECT_THAT(found, Not(Contains("stale_file")));
  EXPECT_THAT(found, Contains("duplicate_items"));
}

TEST(Audit, FilesWrittenFarApart) {
  AuditedFile old = rank_file(0, 0, 256, 2);
  old.modified = kNow - std::chrono::hours(48);
  const Audit audit = audit_results({old, rank_file(1, 1, 256, 2)});
  EXPECT_THAT(kinds(audit), ElementsAre("modification_times"));
  EXPECT_THAT(audit.findings[0].detail,
              HasSubstr("1 of its 2 files were written 48:00:00 (h:mm:ss) before the others"));
}

TEST(Audit, UnreadableFilesDoNotHideTheOthers) {
  AuditedFile bad = rank_file(1, 0, 0);
  bad.error = bad.path.string() + ": cut off";
  const Audit audit = audit_results({rank_file(0, 0, 256), bad});
  EXPECT_THAT(kinds(audit), ElementsAre("unreadable_file"));
  EXPECT_EQ(audit.items, 256);
  EXPECT_THAT(audit_text(audit), HasSubstr("unreadable_file: " + *bad.error + "\n"));
}

TEST(Audit, FindingsOfASingleFile) {
  AuditedFile unknown = rank_file(0, 0, 2);
  unknown.setup = "sudoku_128_64";
  unknown.task = "";
  EXPECT_THAT(kinds(audit_results({unknown})), ElementsAre("unknown_task"));

  AuditedFile file = rank_file(0, 0, 256);
  file.total_processed = 300;
  file.failed = 2;
  file.first_failure = "item 7: no text";
  file.no_gold = 1;
  const Audit audit = audit_results({file});
  EXPECT_THAT(kinds(audit), ElementsAre("count_mismatch", "failed_items", "missing_gold"));
  EXPECT_EQ(audit.findings[0].detail, "holds 256 items, its metrics say 300");
  EXPECT_THAT(audit.findings[1].detail, HasSubstr("the first: item 7: no text"));

  EXPECT_THAT(kinds(audit_results({rank_file(0, 0, 0)})), Contains("empty_file"));
}

TEST(Audit, SettingsThatDisagree) {
  AuditedFile a = rank_file(0, 0, 256, 2);
  AuditedFile b = rank_file(1, 1, 256, 2);
  a.gen_length = 128;
  b.gen_length = 256;
  a.model_path = "m1";
  b.model_path = "m2";
  const Audit audit = audit_results({a, b});
  EXPECT_THAT(kinds(audit), ElementsAre("mixed_settings", "mixed_settings", "mixed_settings"));
  EXPECT_THAT(audit.findings[0].detail, HasSubstr("different values of gen_length: 128, 256"));
  EXPECT_EQ(audit.findings[2].detail, "its name says gen_length 128, its body 256");
}

/// A folder on disk, as a run leaves it.
class AuditFolder : public ::testing::Test {
 protected:
  void write(const std::string& name, int first, int end, int stride = 1) {
    GenerationsFile file;
    for (int i = first; i < end; i += stride) {
      file.items.push_back({"question " + std::to_string(i), std::nullopt, "text", 1.0});
    }
    write_generations(dir_.path() / name, file);
  }
  /// The audit of all published files in it, without grades.
  Audit audit() const {
    const FoundFiles found = find_result_files(dir_.path());
    std::vector<AuditedFile> files;
    for (const fs::path& path : found.files) {
      try {
        std::vector<ItemFault> faults;
        files.push_back(describe_file(path, read_generations(path, &faults)));
        files.back().failed = static_cast<std::int64_t>(faults.size());
        if (!faults.empty()) files.back().first_failure = faults.front().reason;
      } catch (const Error& fault) {
        files.push_back(describe_unreadable(path, fault.what()));
      }
    }
    return audit_results(files, found);
  }
  testing::TemporaryDir dir_;
};

TEST_F(AuditFolder, ReadsWhatIsThereAndGoesOn) {
  write("run/countdown_128_64_0_generations.json", 0, 256);
  write_file_atomically(dir_.path() / "run/gsm8k_128_64_0_generations.json", "{\"generations\": [");
  fs::create_directories(dir_.path() / "run_kSoft_3_alphaSoftMask_0.7");
  const Audit all = audit();
  EXPECT_THAT(kinds(all), ElementsAre("unreadable_file", "empty_directory"));
  EXPECT_THAT(detail(all, "unreadable_file"), HasSubstr("cut off"));
}

TEST_F(AuditFolder, AnEmptyFolderIsAFinding) {
  EXPECT_THAT(kinds(audit()), ElementsAre("empty_directory"));
}

TEST_F(AuditFolder, ResultsJsonSaysHowManyAreExpected) {
  write("countdown_128_64_0_generations.json", 0, 8);
  AccuracyCell cell;
  cell.setup = "countdown_128_64";
  cell.expected_items = 8;
  write_results(dir_.path() / kResultsFilename, {}, {cell});
  EXPECT_THAT(audit().findings, IsEmpty());
  cell.expected_items = 10;
  write_results(dir_.path() / kResultsFilename, {}, {cell});
  EXPECT_THAT(detail(audit(), "missing_items"), HasSubstr("2 of 10 items"));
}

TEST_F(AuditFolder, ADamagedResultsJsonIsAFinding) {
  write("countdown_128_64_0_generations.json", 0, 256);
  write_file_atomically(dir_.path() / kResultsFilename, "{");
  EXPECT_THAT(kinds(audit()), ElementsAre("unreadable_file"));
}

TEST_F(AuditFolder, BadItemsAreCounted) {
  write_file_atomically(dir_.path() / "countdown_128_64_0_generations.json",
                        R"({"generations": [{"question": "q"}]})");
  EXPECT_THAT(detail(audit(), "failed_items"), HasSubstr("1 of 1 items could not be graded"));
}

}  // namespace
}  // namespace evotoken::reports
