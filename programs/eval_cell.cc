#include "programs/eval_cell.h"

#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <fstream>
#include <mutex>
#include <numeric>
#include <random>
#include <set>
#include <thread>

#include "base/error.h"
#include "base/files.h"
#include "reports/audit.h"

namespace evotoken::programs {
namespace {

using Clock = std::chrono::steady_clock;
using decoding::GenerationRequest;
using decoding::GenerationResult;
using decoding::TokenId;
using Json = nlohmann::ordered_json;

constexpr int kRank = 0;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// A sample on its way through the cell.
struct Item {
  std::string prompt;
  std::vector<TokenId> prompt_ids;
  bool done = false;
  reports::Generation generation;
  reports::ResultRecord record;
};

/// Tokens after which a scorer reads nothing: the model's end tokens, as far as it has them.
std::set<TokenId> end_tokens(const LoadedModel& loaded) {
  std::set<TokenId> ends = {static_cast<TokenId>(loaded.model.config().eos_token_id)};
  for (const char* text : {"<|eot_id|>", "<|endoftext|>"}) {
    const std::vector<TokenId> ids = loaded.tokenizer.encode(text);
    if (ids.size() == 1) ends.insert(ids[0]);
  }
  return ends;
}

/// Order in which the items are decoded.
std::vector<std::size_t> decoding_order(const std::vector<Item>& items, const std::string& order,
                                        std::uint64_t seed) {
  std::vector<std::size_t> sequence(items.size());
  std::iota(sequence.begin(), sequence.end(), std::size_t{0});
  if (order == "shuffled") std::shuffle(sequence.begin(), sequence.end(), std::mt19937_64(seed));
  if (order == "longest") {
    std::stable_sort(sequence.begin(), sequence.end(), [&](std::size_t a, std::size_t b) {
      return items[a].prompt_ids.size() > items[b].prompt_ids.size();
    });
  }
  return sequence;
}

/// The journal: one JSON line per finished sample, written before the next is begun. The journal of
/// an earlier run into the same folder is kept beside it.
class Journal {
 public:
  explicit Journal(const std::string& path) : path_(path) {
    std::error_code none_there;
    std::filesystem::rename(path, path + ".previous", none_there);
    stream_.open(path, std::ios::trunc);
    check();
  }
  void append(const Json& line) {
    stream_ << line.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n' << std::flush;
    check();
  }

 private:
  void check() const {
    if (!stream_) {
      throw DeviceError(path_ +
                        ": cannot be written, expected a writable folder with free space; "
                        "choose another --output_dir or make room");
    }
  }
  std::string path_;
  std::ofstream stream_;
};

class CellRunner {
 public:
  CellRunner(const Cell& cell, const TaskPlan& plan, const RunContext& context)
      : cell_(cell),
        plan_(plan),
        context_(context),
        journal_(cell.journal_path(kRank)),
        ends_(end_tokens(context.loaded)) {
    make_items();
    order_ = decoding_order(items_, context.flags.order, cell.options.seed);
  }

  CellResult run() {
    {
      std::vector<std::jthread> workers;  // joined on every way out
      for (std::int64_t w = 0; w < worker_count(); ++w) workers.emplace_back([this] { work(); });
    }
    reports::write_generations(cell_.generations_path(kRank), generations_file());
    if (error_) std::rethrow_exception(error_);

    CellResult result;
    for (const Item& item : items_) {
      if (item.done) result.records.push_back(item.record);
    }
    return result;
  }

 private:
  std::int64_t worker_count() const {
    if (context_.loaded.model.device().is_cuda()) return 1;
    const EvalFlags& flags = context_.flags;
    const auto cores = static_cast<std::int64_t>(std::max(1U, std::thread::hardware_concurrency()));
    const std::int64_t wanted =
        flags.workers > 0 ? flags.workers : cores / flags.threads_per_worker;
    const auto items = static_cast<std::int64_t>(items_.size());
    const std::int64_t batches = (items + flags.batch_size - 1) / flags.batch_size;
    return std::clamp<std::int64_t>(wanted, 1, std::max<std::int64_t>(1, batches));
  }

  void make_items() {
    for (std::size_t n = 0; n < plan_.chosen.size(); ++n) {
      const datasets::Sample& sample = plan_.sample(n);
      Item item;
      item.prompt = render_prompt(plan_, sample, context_.loaded.tokenizer);
      item.prompt_ids = context_.loaded.tokenizer.encode(item.prompt);
      item.generation.question = sample.question;
      item.generation.prompt_input = item.prompt;
      item.generation.ground_truth = plan_.task->ground_truth(sample);
      item.record.directory = cell_.directory;
      item.record.setup = cell_.setup;
      item.record.task = plan_.task->name();
      item.record.gen_length = cell_.options.gen_length;
      item.record.steps = cell_.options.diffusion_steps;
      item.record.rank = kRank;
      item.record.index = static_cast<std::int64_t>(n);
      item.record.identity = reports::sample_identity(sample.question, item.prompt);
      item.record.has_gold = !item.generation.ground_truth.is_null();
      items_.push_back(std::move(item));
    }
  }

  /// The next samples to decode; empty when there are none, or the run was interrupted or has
  /// failed.
  std::vector<std::size_t> next_batch() {
    const std::lock_guard lock(mutex_);
    std::vector<std::size_t> batch;
    while (!context_.interrupted && !error_ && next_ < order_.size() &&
           batch.size() < static_cast<std::size_t>(context_.flags.batch_size)) {
      batch.push_back(order_[next_++]);
    }
    return batch;
  }

  void work() {
    try {
      // Each worker computes with its own few threads: small models gain nothing from many, and the
      // numbers do not depend on how many workers there are.
      at::set_num_threads(static_cast<int>(context_.flags.threads_per_worker));
      for (auto batch = next_batch(); !batch.empty(); batch = next_batch()) decode(batch);
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!error_) error_ = std::current_exception();
    }
  }

  void decode(const std::vector<std::size_t>& batch) {
    std::vector<GenerationRequest> requests;
    for (const std::size_t i : batch)
      requests.push_back({plan_.sample(i).id, items_[i].prompt_ids});
    const Clock::time_point start = Clock::now();
    const std::vector<GenerationResult> results = decoding::generate(
        context_.loaded.model, cell_.options, requests, {.packed = context_.flags.packed_batch});
    const double share_s = seconds_since(start) / static_cast<double>(batch.size());
    for (std::size_t n = 0; n < batch.size(); ++n) finish(batch[n], results[n], share_s);
  }

  /// Turns a generation into text, grade and record.
  void finish(std::size_t i, const GenerationResult& result, double share_s) {
    Item& item = items_[i];
    item.record.seconds = share_s;
    item.record.failed = result.failure;
    if (!result.failure) {
      try {
        grade(i, result);
      } catch (const std::exception& error) {
        item.record.failed = error.what();
      }
    }
    const std::lock_guard lock(mutex_);
    journal_.append(journal_line(i, result));
    item.done = true;
    graded_ += item.record.reference ? 1 : 0;
    correct_ += item.record.reference && item.record.reference->correct ? 1 : 0;
    context_.progress.advance(1, fmt::format("{} {} {}/{} correct", plan_.task->name(),
                                             cell_.options.decoder, correct_, graded_));
  }

  void grade(std::size_t i, const GenerationResult& result) {
    Item& item = items_[i];
    const auto end = std::find_if(result.output.begin(), result.output.end(),
                                  [&](TokenId id) { return ends_.contains(id); });
    item.record.tokens = static_cast<std::int64_t>(result.output.size());
    item.record.tokens_to_eos = end - result.output.begin();
    item.record.nfe = result.nfe;
    item.record.latency_s = result.seconds;
    item.generation.generations = context_.loaded.tokenizer.decode_output(result.output);
    const scorers::Grade grade =
        plan_.task->grade_reference(item.generation.generations, item.generation.ground_truth);
    scorers::VerifiedGrade verified = plan_.task->grade_verified(
        item.generation.generations, plan_.task->verified_gold(plan_.sample(i)));
    item.record.reference = reports::ReferenceGrade{grade.answer, grade.correct};
    item.record.verified =
        reports::VerifiedGrade{std::move(verified.answer), verified.correct,
                               std::move(verified.reason), std::move(verified.flags)};
  }

  Json journal_line(std::size_t i, const GenerationResult& result) const {
    const Item& item = items_[i];
    const auto& record = item.record;
    const auto or_null = [](const auto& value) { return value ? Json(*value) : Json(); };
    return {{"sample_id", plan_.sample(i).id},
            {"index", record.index},
            {"generations", item.generation.generations},
            {"output_ids", result.output},
            {"ground_truth", item.generation.ground_truth},
            {"reference_answer", record.reference ? record.reference->answer : Json()},
            {"reference_correct", record.reference ? Json(record.reference->correct) : Json()},
            {"verified_answer", record.verified ? record.verified->answer : Json()},
            {"verified_correct", record.verified ? Json(record.verified->correct) : Json()},
            {"verified_reason", record.verified ? Json(record.verified->reason) : Json()},
            {"verified_flags", record.verified ? Json(record.verified->flags) : Json()},
            {"prompt_tokens", item.prompt_ids.size()},
            {"tokens_to_eos", or_null(record.tokens_to_eos)},
            {"nfe", or_null(record.nfe)},
            {"revised_tokens", result.failure ? Json() : Json(result.revised_tokens)},
            {"seconds", or_null(record.seconds)},
            {"latency_s", result.failure ? Json() : Json(result.seconds)},
            {"failed", or_null(record.failed)}};
  }

  reports::GenerationsFile generations_file() const {
    reports::GenerationsFile file;
    double seconds = 0;
    for (const Item& item : items_) {
      if (!item.done) continue;
      file.items.push_back(item.generation);
      seconds += item.record.seconds.value_or(0);
    }
    // As the published code means it: the mean wall time of a batch.
    if (!file.items.empty()) {
      file.wall_time_s = seconds / static_cast<double>(file.items.size()) *
                         static_cast<double>(context_.flags.batch_size);
    }
    file.total_processed = static_cast<std::int64_t>(file.items.size());
    file.model_path = context_.loaded.model_path;
    file.checkpoint_path = context_.loaded.checkpoint_path;
    file.gen_length = cell_.options.gen_length;
    file.diffusion_steps = cell_.options.diffusion_steps;
    file.block_length = cell_.options.block_length;
    return file;
  }

  const Cell& cell_;
  const TaskPlan& plan_;
  const RunContext& context_;
  Journal journal_;
  const std::set<TokenId> ends_;
  std::vector<Item> items_;
  std::vector<std::size_t> order_;
  std::mutex mutex_;
  std::size_t next_ = 0;
  std::int64_t graded_ = 0;
  std::int64_t correct_ = 0;
  std::exception_ptr error_;
};

}  // namespace

std::string render_prompt(const TaskPlan& plan, const datasets::Sample& sample,
                          const tokenizer::Tokenizer& tokenizer) {
  return tokenizer.render_user_turn(tasks::user_turn(*plan.task, sample, plan.examples)) +
         std::string(tasks::kPrefill);
}

CellResult run_cell(const Cell& cell, const TaskPlan& plan, const RunContext& context) {
  return CellRunner(cell, plan, context).run();
}

}  // namespace evotoken::programs
