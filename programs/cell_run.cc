#include "programs/cell_run.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <utility>

#include "base/error.h"
#include "base/json_of.h"
#include "engine/decoding/rules_hash.h"
#include "engine/weights/model_folder.h"
#include "programs/grade_record.h"
#include "reports/audit.h"

namespace evotoken::programs {
namespace fs = std::filesystem;
namespace {

using decoding::GenerationResult;
using Json = nlohmann::ordered_json;

template <typename T>
std::optional<T> optional_of(const Json& entry, const char* name) {
  const auto found = entry.find(name);
  if (found == entry.end() || found->is_null()) return std::nullopt;
  return found->get<T>();
}

}  // namespace

std::string render_prompt(const TaskPlan& plan, const datasets::Sample& sample,
                          const tokenizer::Tokenizer& tokenizer) {
  return tokenizer.render_user_turn(tasks::user_turn(*plan.task, sample, plan.examples)) +
         std::string(tasks::kPrefill);
}

std::vector<Prompt> make_prompts(const TaskPlan& plan, const tokenizer::Tokenizer& tokenizer) {
  std::vector<Prompt> prompts;
  for (std::size_t n = 0; n < plan.chosen.size(); ++n) {
    Prompt prompt{render_prompt(plan, plan.sample(n), tokenizer), {}};
    prompt.ids = tokenizer.encode(prompt.text);
    prompts.push_back(std::move(prompt));
  }
  return prompts;
}

Json cell_key(const Cell& cell, const LoadedModel& loaded, const EvalFlags& flags) {
  Json key = {
      {"decoder_version", decoding::kDecoderVersion},
      {"decoding_rules", decoding::rules_hash()},
      {"model_hash", weights::model_folder_hash(loaded.model_folder)},
      {"adapter_hash",
       loaded.adapter_folder ? Json(weights::model_folder_hash(*loaded.adapter_folder)) : Json()},
      {"unmerged_lora", loaded.adapter_folder && flags.model.unmerged_lora},
      {"dtype", loaded.model.number_format()},
      {"device", loaded.model.device().is_cuda() ? "cuda" : "cpu"},
      // Samples that share a forward pass share its rounding.
      {"packed_batch", flags.packed_batch ? Json(flags.batch_size) : Json()}};
  key.update(decoding::to_json(cell.options));
  return key;
}

CellRun::CellRun(const Cell& cell, const TaskPlan& plan, const std::vector<Prompt>& prompts,
                 const LoadedModel& loaded, Json key)
    : cell_(cell),
      plan_(plan),
      prompts_(prompts),
      loaded_(loaded),
      key_(std::move(key)),
      ends_(end_tokens(loaded)),
      items_(prompts.size()) {
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    identities_.push_back(reports::sample_identity(plan.sample(i).question, prompts[i].text));
    index_of_.emplace(plan.sample(i).id, i);
  }
}

std::int64_t CellRun::done() const {
  const std::lock_guard lock(mutex_);
  return std::ranges::count_if(items_, [](const Item& item) { return item.done; });
}

bool CellRun::done(std::size_t i) const {
  const std::lock_guard lock(mutex_);
  return items_[i].done;
}

std::pair<std::int64_t, std::int64_t> CellRun::correct_and_graded() const {
  const std::lock_guard lock(mutex_);
  std::pair<std::int64_t, std::int64_t> counts;
  for (const Item& item : items_) {
    if (!item.done || !item.record.reference) continue;
    counts.first += item.record.reference->correct ? 1 : 0;
    ++counts.second;
  }
  return counts;
}

void CellRun::open_journal(int rank) {
  const std::lock_guard lock(mutex_);
  if (journal_) return;
  journal_ = std::make_unique<reports::JournalWriter>(cell_.journal_path(rank), key_);
}

decoding::GenerationRequest CellRun::request(std::size_t i) const {
  return {plan_.sample(i).id, prompts_[i].ids};
}

reports::ResultRecord CellRun::blank_record(std::size_t i) const {
  reports::ResultRecord record;
  record.directory = cell_.directory;
  record.setup = cell_.setup;
  record.task = plan_.task->name();
  record.gen_length = cell_.options.gen_length;
  record.steps = cell_.options.diffusion_steps;
  record.rank = 0;
  record.index = static_cast<std::int64_t>(i);
  record.identity = identities_[i];
  record.has_gold = !plan_.task->ground_truth(plan_.sample(i)).is_null();
  return record;
}

/// The item that a journal's entry tells of. Grading is cheap and graders change, so it is done
/// anew.
CellRun::Item CellRun::graded(std::size_t i, const Json& entry) const {
  Item item{true, entry.at("generations").get<std::string>(), blank_record(i)};
  reports::ResultRecord& record = item.record;
  record.seconds = optional_of<double>(entry, "seconds");
  record.latency_s = optional_of<double>(entry, "latency_s");
  record.energy_j = optional_of<double>(entry, "energy_j");
  record.nfe = optional_of<std::int64_t>(entry, "nfe");
  record.failed = optional_of<std::string>(entry, "failed");
  if (record.failed) return item;
  record.tokens = optional_of<std::int64_t>(entry, "decoded_tokens");
  // Journals of earlier versions lack it; without an early stop it was all of them.
  if (!record.tokens && cell_.options.early_stop == decoding::EarlyStop::kNone) {
    record.tokens = static_cast<std::int64_t>(entry.at("output_ids").size());
  }
  record.tokens_to_eos = optional_of<std::int64_t>(entry, "tokens_to_eos");
  const datasets::Sample& sample = plan_.sample(i);
  try {
    set_grades(plan_.task->grade_reference(item.text, plan_.task->ground_truth(sample)),
               plan_.task->grade_verified(item.text, plan_.task->verified_gold(sample)), record);
  } catch (const std::exception& error) {
    record.failed = error.what();
  }
  return item;
}

Json CellRun::entry(std::size_t i, const GenerationResult& result, const Cost& cost) const {
  const auto end = std::find_if(result.output.begin(), result.output.end(),
                                [&](TokenId id) { return ends_.contains(id); });
  const bool failed = result.failure.has_value();
  return {{"sample_id", plan_.sample(i).id},
          {"index", i},
          {"identity", identities_[i]},
          {"generations", failed ? "" : loaded_.tokenizer.decode_output(result.output)},
          {"output_ids", result.output},
          {"decoded_tokens", failed ? Json() : Json(result.decoded_tokens)},
          {"ground_truth", plan_.task->ground_truth(plan_.sample(i))},
          {"prompt_tokens", prompts_[i].ids.size()},
          {"tokens_to_eos", failed ? Json() : Json(end - result.output.begin())},
          {"nfe", failed ? Json() : Json(result.nfe)},
          {"revised_tokens", failed ? Json() : Json(result.revised_tokens)},
          {"seconds", cost.seconds},
          {"energy_j", json_of(cost.energy_j)},
          {"latency_s", failed ? Json() : Json(result.seconds)},
          {"failed", json_of(result.failure)}};
}

reports::ResultRecord CellRun::finish(std::size_t i, const GenerationResult& result,
                                      const Cost& cost) {
  Json line = entry(i, result, cost);
  Item item = graded(i, line);
  const auto& record = item.record;
  line["reference_answer"] = record.reference ? record.reference->answer : Json();
  line["reference_correct"] = record.reference ? Json(record.reference->correct) : Json();
  line["verified_answer"] = record.verified ? record.verified->answer : Json();
  line["verified_correct"] = record.verified ? Json(record.verified->correct) : Json();
  line["verified_reason"] = record.verified ? Json(record.verified->reason) : Json();
  line["verified_flags"] = record.verified ? Json(record.verified->flags) : Json();
  line["failed"] = json_of(record.failed);
  const std::lock_guard lock(mutex_);
  journal_->append(line);
  items_[i] = std::move(item);
  return items_[i].record;
}

void CellRun::adopt(const Json& entry) {
  const auto found = index_of_.find(entry.value("sample_id", ""));
  if (found == index_of_.end()) return;
  const std::size_t i = found->second;
  // Failures are tried again; a sample that is now asked in other words is another one.
  if (items_[i].done || !entry.at("failed").is_null()) return;
  if (entry.value("identity", "") == identities_[i]) items_[i] = graded(i, entry);
}

std::vector<OtherJournal> CellRun::read_journals() {
  const std::lock_guard lock(mutex_);
  std::vector<OtherJournal> others;
  const fs::path folder = fs::path(cell_.journal_path(0)).parent_path();
  std::error_code none_there;
  std::vector<fs::path> paths;
  for (const auto& file : fs::directory_iterator(folder, none_there)) {
    const std::string name = file.path().filename().string();
    if (name.starts_with(cell_.setup + "_") && name.ends_with("_journal.jsonl")) {
      paths.push_back(file.path());
    }
  }
  std::ranges::sort(paths);
  for (const fs::path& path : paths) {
    const reports::JournalContents contents = reports::read_journal(path);
    const auto differences = reports::key_differences(contents.key, key_);
    if (differences.empty()) {
      for (const Json& record : contents.records) adopt(record);
    } else if (!contents.key.is_null()) {
      others.push_back({path.string(), join_names(differences, "; ")});
    }
  }
  return others;
}

void CellRun::write_generations(std::int64_t batch_size) const {
  const std::lock_guard lock(mutex_);
  reports::GenerationsFile file;
  double seconds = 0;
  for (std::size_t i = 0; i < items_.size(); ++i) {
    if (!items_[i].done) continue;
    const datasets::Sample& sample = plan_.sample(i);
    file.items.push_back(
        {sample.question, prompts_[i].text, items_[i].text, plan_.task->ground_truth(sample)});
    seconds += items_[i].record.seconds.value_or(0);
  }
  // As the published code means it: the mean wall time of a batch.
  if (!file.items.empty()) {
    file.wall_time_s =
        seconds / static_cast<double>(file.items.size()) * static_cast<double>(batch_size);
  }
  file.total_processed = static_cast<std::int64_t>(file.items.size());
  file.model_path = loaded_.model_path;
  file.checkpoint_path = loaded_.checkpoint_path;
  file.gen_length = cell_.options.gen_length;
  file.diffusion_steps = cell_.options.diffusion_steps;
  file.block_length = cell_.options.block_length;
  reports::write_generations(cell_.generations_path(0), file);
}

std::vector<reports::ResultRecord> CellRun::records() const {
  const std::lock_guard lock(mutex_);
  std::vector<reports::ResultRecord> records;
  for (const Item& item : items_) {
    if (item.done) records.push_back(item.record);
  }
  return records;
}

}  // namespace evotoken::programs
