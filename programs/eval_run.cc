#include "programs/eval_run.h"

#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <numeric>
#include <random>
#include <thread>
#include <utility>

#include "reports/statistics/wilson.h"

namespace evotoken::programs {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Order in which the samples of a cell are decoded.
std::vector<std::size_t> decoding_order(const std::vector<Prompt>& prompts,
                                        const std::string& order, std::uint64_t seed) {
  std::vector<std::size_t> sequence(prompts.size());
  std::iota(sequence.begin(), sequence.end(), std::size_t{0});
  if (order == "shuffled") std::shuffle(sequence.begin(), sequence.end(), std::mt19937_64(seed));
  if (order == "longest") {
    std::ranges::stable_sort(sequence, std::greater(),
                             [&](std::size_t i) { return prompts[i].ids.size(); });
  }
  return sequence;
}

}  // namespace

EvalRun::EvalRun(const EvalPlan& plan, const EvalFlags& flags, const LoadedModel& loaded,
                 const cluster::Membership& membership, const std::atomic<bool>& interrupted)
    : plan_(plan),
      flags_(flags),
      loaded_(loaded),
      membership_(membership),
      interrupted_(interrupted),
      start_(Clock::now()) {
  for (const TaskPlan& task : plan.tasks) prompts_.push_back(make_prompts(task, loaded.tokenizer));
  for (const Cell& cell : plan.cells) {
    cells_.push_back(std::make_unique<CellRun>(cell, plan.task_of(cell), prompts_[cell.task],
                                               loaded, cell_key(cell, loaded, flags),
                                               static_cast<int>(membership.rank)));
    for (const std::string& line : cells_.back()->read_journals()) fmt::print(stderr, "{}\n", line);
    resumed_ += cells_.back()->done();
  }
  make_units();
}

void EvalRun::make_units() {
  const auto batch = static_cast<std::size_t>(flags_.batch_size);
  for (std::size_t c = 0; c < cells_.size(); ++c) {
    const Cell& cell = cells_[c]->cell();
    const auto order = decoding_order(prompts_[cell.task], flags_.order, cell.options.seed);
    for (std::size_t begin = 0; begin < order.size(); begin += batch) {
      const auto first = order.begin() + static_cast<std::ptrdiff_t>(begin);
      const auto last = first + static_cast<std::ptrdiff_t>(std::min(batch, order.size() - begin));
      units_.push_back({c, {first, last}});
    }
  }
}

std::unique_ptr<cluster::WorkQueue> EvalRun::make_queue() {
  const auto count = static_cast<std::int64_t>(units_.size());
  if (membership_.alone()) return cluster::make_local_queue(count);
  cluster::SharedQueueOptions options;
  options.count = count;
  options.prefix = "evotoken-eval";
  options.lease = std::chrono::seconds(flags_.lease_s);
  options.finished_elsewhere = [this](std::int64_t unit) { return finished_elsewhere(unit); };
  return cluster::join_queue(membership_, std::move(options));
}

bool EvalRun::finished_elsewhere(std::int64_t unit) {
  const Unit& asked = units_[static_cast<std::size_t>(unit)];
  CellRun& cell = *cells_[asked.cell];
  cell.read_journals();
  return std::ranges::all_of(asked.samples, [&](std::size_t i) { return cell.done(i); });
}

std::int64_t worker_count(const EvalFlags& flags, const LoadedModel& loaded, std::int64_t units) {
  if (loaded.model.device().is_cuda()) return 1;
  const auto cores = static_cast<std::int64_t>(std::max(1U, std::thread::hardware_concurrency()));
  const std::int64_t wanted = flags.workers > 0 ? flags.workers : cores / flags.threads_per_worker;
  return std::clamp<std::int64_t>(wanted, 1, std::max<std::int64_t>(1, units));
}

void EvalRun::run(const std::function<void()>& after_cell) {
  std::int64_t samples = 0;
  for (const auto& cell : cells_) samples += cell->size();
  const std::unique_ptr<cluster::WorkQueue> queue = make_queue();
  const std::int64_t count = worker_count(flags_, loaded_, std::ssize(units_));
  start_ = Clock::now();
  {
    Progress progress("evaluating", samples, "samples", resumed_);
    std::atomic<std::int64_t> working = count;
    std::vector<std::jthread> workers;  // joined on every way out
    for (std::int64_t w = 0; w < count; ++w) {
      workers.emplace_back([&] {
        work(*queue, progress, after_cell);
        --working;
      });
    }
    // A worker may be waiting for other processes; it learns of an interrupt from the queue.
    while (working > 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      if (interrupted_) queue->stop();
    }
  }
  if (error_) std::rethrow_exception(error_);
  for (const auto& cell : cells_) {
    if (!membership_.alone()) cell->read_journals();
    write_cell(*cell);
  }
}

void EvalRun::work(cluster::WorkQueue& queue, Progress& progress,
                   const std::function<void()>& after_cell) {
  try {
    // Each worker computes with its own few threads: small models gain nothing from many, and the
    // numbers do not depend on how many workers there are.
    at::set_num_threads(static_cast<int>(flags_.threads_per_worker));
    while (const auto number = queue.take()) {
      const Unit& unit = units_[static_cast<std::size_t>(*number)];
      decode(unit, progress);
      queue.finish(*number);
      const CellRun& cell = *cells_[unit.cell];
      if (!membership_.alone() || cell.done() < cell.size()) continue;
      const std::lock_guard lock(mutex_);
      write_cell(cell);
      after_cell();
    }
  } catch (...) {
    const std::lock_guard lock(mutex_);
    if (!error_) error_ = std::current_exception();
    queue.stop();
  }
}

void EvalRun::decode(const Unit& unit, Progress& progress) {
  CellRun& cell = *cells_[unit.cell];
  std::vector<std::size_t> samples;
  std::vector<decoding::GenerationRequest> requests;
  for (const std::size_t i : unit.samples) {
    if (cell.done(i)) continue;  // by an earlier run
    samples.push_back(i);
    requests.push_back(cell.request(i));
  }
  if (samples.empty()) return;
  cell.open_journal();
  const Clock::time_point start = Clock::now();
  const auto results = decoding::generate(loaded_.model, cell.cell().options, requests,
                                          {.packed = flags_.packed_batch});
  const double share_s = seconds_since(start) / static_cast<double>(samples.size());
  for (std::size_t n = 0; n < samples.size(); ++n) {
    cell.finish(samples[n], results[n], share_s);
    tokens_ += static_cast<std::int64_t>(results[n].output.size());
    progress.advance(1, note(cell));
  }
}

/// "gsm8k_64_64 hard_mask 61.5% (55.2–67.4), 310 tok/s".
std::string EvalRun::note(const CellRun& cell) const {
  const auto [correct, graded] = cell.correct_and_graded();
  std::string text = fmt::format("{} {}", cell.cell().setup, cell.cell().options.decoder);
  if (const auto interval = reports::wilson_interval(correct, graded)) {
    text += fmt::format(" {:.1f}% ({:.1f}–{:.1f})",
                        100.0 * static_cast<double>(correct) / static_cast<double>(graded),
                        100 * interval->low, 100 * interval->high);
  }
  return text +
         fmt::format(", {:.0f} tok/s", static_cast<double>(tokens_.load()) / seconds_since(start_));
}

void EvalRun::write_cell(const CellRun& cell) const {
  if (cell.done() == 0) return;
  const bool complete = cell.done() == cell.size();
  // With many processes, one that knows less must not overwrite what another one knows.
  if (membership_.rank == 0 || complete) cell.write_generations(flags_.batch_size);
}

bool EvalRun::reports_here() const {
  if (membership_.rank == 0) return true;
  return std::ranges::all_of(cells_, [](const auto& cell) { return cell->done() == cell->size(); });
}

std::vector<reports::ResultRecord> EvalRun::records() const {
  std::vector<reports::ResultRecord> all;
  for (const auto& cell : cells_) {
    std::vector<reports::ResultRecord> records = cell->records();
    all.insert(all.end(), std::make_move_iterator(records.begin()),
               std::make_move_iterator(records.end()));
  }
  return all;
}

}  // namespace evotoken::programs
