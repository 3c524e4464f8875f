// One cell of a run while it runs: its samples, what became of them, their journal.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/decoding/generate.h"
#include "programs/eval_flags.h"
#include "programs/eval_plan.h"
#include "programs/model_flags.h"
#include "reports/generations_file.h"
#include "reports/journal/journal.h"
#include "reports/result_record.h"

namespace evotoken::programs {

/// The prompt of a sample: chat template around the user turn, then the prefill.
std::string render_prompt(const TaskPlan& plan, const datasets::Sample& sample,
                          const tokenizer::Tokenizer& tokenizer);

struct Prompt {
  std::string text;
  std::vector<TokenId> ids;
};

/// The prompts of all chosen samples of a task, in file order.
std::vector<Prompt> make_prompts(const TaskPlan& plan, const tokenizer::Tokenizer& tokenizer);

/// All that a result of the cell depends on beside the sample's own prompt: model, adapter, decoder
/// and its options, number formats. Journals of another key are never gone on with.
nlohmann::ordered_json cell_key(const Cell& cell, const LoadedModel& loaded,
                                const EvalFlags& flags);

/// A journal that is not gone on with, and what of its key differs.
struct OtherJournal {
  std::string path;
  std::string differences;
};

/// Thread-safe. The references outlive it.
class CellRun {
 public:
  CellRun(const Cell& cell, const TaskPlan& plan, const std::vector<Prompt>& prompts,
          const LoadedModel& loaded, nlohmann::ordered_json key);

  const Cell& cell() const { return cell_; }
  const TaskPlan& plan() const { return plan_; }
  std::int64_t size() const { return static_cast<std::int64_t>(items_.size()); }
  std::int64_t done() const;
  bool done(std::size_t i) const;
  /// Samples with a right and with any reference grade so far.
  std::pair<std::int64_t, std::int64_t> correct_and_graded() const;

  /// Takes over what the journals of all ranks in the cell's folder hold, failed samples excepted,
  /// and grades it anew. Gives the journals of other keys.
  std::vector<OtherJournal> read_journals();

  /// Opens the journal of process `rank`, so that a folder in use is found before anything is
  /// decoded. Throws DeviceError when it cannot be written or another run holds it.
  void open_journal(int rank);

  /// The request to decode sample `i`.
  decoding::GenerationRequest request(std::size_t i) const;

  /// A sample's share of what its batch took.
  struct Cost {
    double seconds = 0;              ///< wall time
    std::optional<double> energy_j;  ///< of the device; empty where that is not known
  };

  /// Grades a generation, writes it to the journal and gives its record. Throws DeviceError when
  /// the journal cannot be written.
  reports::ResultRecord finish(std::size_t i, const decoding::GenerationResult& result,
                               const Cost& cost);

  /// Writes `_generations.json` of what is done, atomically. `batch_size` scales the published wall
  /// time, which is that of a batch.
  void write_generations(std::int64_t batch_size) const;

  /// Of the samples that are done, in file order.
  std::vector<reports::ResultRecord> records() const;

 private:
  struct Item {
    bool done = false;
    std::string text;
    reports::ResultRecord record;
  };

  reports::ResultRecord blank_record(std::size_t i) const;
  Item graded(std::size_t i, const nlohmann::ordered_json& entry) const;
  nlohmann::ordered_json entry(std::size_t i, const decoding::GenerationResult& result,
                               const Cost& cost) const;
  void adopt(const nlohmann::ordered_json& entry);

  const Cell& cell_;
  const TaskPlan& plan_;
  const std::vector<Prompt>& prompts_;
  const LoadedModel& loaded_;
  const nlohmann::ordered_json key_;
  const std::set<TokenId> ends_;
  std::vector<std::string> identities_;
  std::map<std::string, std::size_t> index_of_;  // by sample id
  mutable std::mutex mutex_;
  std::vector<Item> items_;
  std::unique_ptr<reports::JournalWriter> journal_;  // empty until open_journal()
};

}  // namespace evotoken::programs
