#include "programs/eval_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <numeric>
#include <random>
#include <thread>
#include <utility>

#include "base/note.h"
#include "base/ordered_jobs.h"
#include "base/stopwatch.h"
#include "engine/model/torch_runtime.h"

namespace evotoken::programs {
namespace {

using Clock = std::chrono::steady_clock;

/// Between two looks at the clock and at the other processes.
constexpr std::chrono::milliseconds kLookInterval{500};

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

/// A line for all journals that differ in the same, and what becomes of them.
void note_others(const std::vector<OtherJournal>& others) {
  std::map<std::string, std::vector<std::string>> paths_by_difference;
  for (const OtherJournal& other : others) {
    paths_by_difference[other.differences].push_back(other.path);
  }
  for (const auto& [difference, paths] : paths_by_difference) {
    const std::string more = paths.size() == 1 ? "" : fmt::format(" and {} more", paths.size() - 1);
    note(
        "{}{}: not gone on with, made with other settings ({}); kept beside the new one as "
        "….stale-1, its samples are decoded anew\n",
        paths.front(), more, difference);
  }
}

}  // namespace

EvalRun::EvalRun(const EvalPlan& plan, const EvalFlags& flags, const LoadedModel& loaded,
                 const cluster::Membership& membership, const std::atomic<bool>& interrupted)
    : plan_(plan),
      flags_(flags),
      loaded_(loaded),
      membership_(membership),
      interrupted_(interrupted),
      energy_(model::gpu_index(loaded.model.device())) {
  for (const TaskPlan& task : plan.tasks) prompts_.push_back(make_prompts(task, loaded.tokenizer));
  std::vector<OtherJournal> others;
  for (const Cell& cell : plan.cells) {
    cells_.push_back(std::make_unique<CellRun>(cell, plan.task_of(cell), prompts_[cell.task],
                                               loaded, cell_key(cell, loaded, flags)));
    for (OtherJournal& other : cells_.back()->read_journals()) others.push_back(std::move(other));
    resumed_ += cells_.back()->done();
  }
  note_others(others);
  make_units();
}

void EvalRun::make_units() {
  for (std::size_t c = 0; c < cells_.size(); ++c) {
    const Cell& cell = cells_[c]->cell();
    for (const std::size_t sample :
         decoding_order(prompts_[cell.task], flags_.order, cell.options.seed)) {
      units_.push_back({c, sample});
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
  cells_[asked.cell]->read_journals();
  return done(asked);
}

std::int64_t worker_count(const EvalFlags& flags, const LoadedModel& loaded, std::int64_t units) {
  if (loaded.model.device().is_cuda()) return 1;
  const auto cores = static_cast<std::int64_t>(hardware_threads());
  const std::int64_t wanted = flags.workers > 0 ? flags.workers : cores / flags.threads_per_worker;
  return std::clamp<std::int64_t>(wanted, 1, std::max<std::int64_t>(1, units));
}

RunSize EvalRun::size() const {
  RunSize size{cells_.size(), 0, resumed_, worker_count(flags_, loaded_, std::ssize(units_))};
  for (const auto& cell : cells_) size.samples += cell->size();
  return size;
}

nlohmann::ordered_json EvalRun::start_event() const {
  nlohmann::ordered_json cells = nlohmann::ordered_json::array();
  for (const auto& cell : cells_) {
    cells.push_back({{"setup", cell->cell().setup},
                     {"directory", cell->cell().directory},
                     {"task", cell->plan().task->name()},
                     {"samples", cell->size()},
                     {"done", cell->done()},
                     {"decoding", decoding::to_json(cell->cell().options)}});
  }
  const RunSize all = size();
  return {{"cells", cells},
          {"samples", all.samples},
          {"done", all.done},
          {"workers", all.workers},
          {"processes", membership_.world_size}};
}

/// The journals of all other processes; where there are many, rank 0 alone looks.
PeerWatch EvalRun::watch_peers() const {
  std::vector<PeerWatch::Journal> journals;
  if (membership_.rank != 0) return PeerWatch({});
  for (std::int64_t rank = 1; rank < membership_.world_size; ++rank) {
    for (const auto& cell : cells_) {
      journals.push_back({rank, cell->cell().journal_path(static_cast<int>(rank))});
    }
  }
  return PeerWatch(std::move(journals));
}

/// The first passes of a process are slow (memory, threads, kernels): one block of the first sample
/// in as few steps as possible takes that on itself, and is thrown away.
void EvalRun::warm_up() {
  for (const Unit& unit : units_) {
    if (done(unit)) continue;
    const CellRun& cell = *cells_[unit.cell];
    decoding::DecodingOptions options = cell.cell().options;
    options.gen_length = options.block_length;
    options.diffusion_steps = 1;
    const std::vector<decoding::GenerationRequest> request = {cell.request(unit.sample)};
    const Clock::time_point start = Clock::now();
    decoding::generate(loaded_.model, options, request, {.graphs = loaded_.graphs.get()});
    figures_.warm_up_s = seconds_since(start);
    return;
  }
}

void EvalRun::run(EventStream& events, const std::function<void()>& after_cell) {
  const std::unique_ptr<cluster::WorkQueue> queue = make_queue();
  const RunSize all = size();
  figures_.workers = all.workers;
  model::set_threads(flags_.threads_per_worker);
  warm_up();
  events.emit("start", start_event());
  const Clock::time_point start = Clock::now();
  const std::optional<double> energy_before = energy_.joules();
  {
    EvalProgress progress(all, events);
    PeerWatch peers = watch_peers();
    std::atomic<std::int64_t> working = all.workers;
    std::vector<std::jthread> workers;  // joined on every way out
    for (std::int64_t w = 0; w < all.workers; ++w) {
      workers.emplace_back([&, w] {
        work({w, *queue, progress, after_cell});
        --working;
      });
    }
    // A worker may be waiting for other processes; it learns of an interrupt from the queue.
    for (Clock::time_point looked = start; working > 0;) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      if (interrupted_) queue->stop();
      if (Clock::now() - looked < kLookInterval) continue;
      looked = Clock::now();
      if (!membership_.alone()) progress.see_peers(peers.look());
      progress.tick();
    }
  }
  figures_.decode_wall_s = seconds_since(start);
  if (energy_before) figures_.energy_j = *energy_.joules() - *energy_before;
  if (error_) std::rethrow_exception(error_);
  for (const auto& cell : cells_) {
    if (!membership_.alone()) cell->read_journals();
    write_cell(*cell);
  }
  std::int64_t done = 0;
  for (const auto& cell : cells_) done += cell->done();
  events.emit("end", {{"done", done},
                      {"samples", all.samples},
                      {"interrupted", interrupted_.load()},
                      {"seconds", *figures_.decode_wall_s}});
}

void EvalRun::work(const Worker& worker) {
  try {
    // Each worker computes with its own few threads: small models gain nothing from many, and the
    // numbers do not depend on how many workers there are.
    model::set_threads(flags_.threads_per_worker);
    std::optional<std::int64_t> unit;
    while (!interrupted_ && (unit || (unit = worker.queue.take()))) {
      unit = decode(worker, *unit);
      worker.progress.rest(worker.number);
    }
  } catch (...) {
    const std::lock_guard lock(mutex_);
    if (!error_) error_ = std::current_exception();
    worker.queue.stop();
  }
}

/// Decodes unit `first` and, as slots fall free, what else the queue has of its cell. Gives the
/// unit of the next cell that it was handed meanwhile.
std::optional<std::int64_t> EvalRun::decode(const Worker& worker, std::int64_t first) {
  const std::size_t number = units_[static_cast<std::size_t>(first)].cell;
  CellRun& cell = *cells_[number];
  std::optional<std::int64_t> handed = first;
  std::optional<std::int64_t> of_next_cell;
  std::vector<std::int64_t> begun;  // units, in the order of the stream
  std::int64_t in_flight = 0;
  const std::optional<double> energy_before = energy_.joules();
  const Clock::time_point start = Clock::now();

  const auto next = [&]() -> std::optional<decoding::GenerationRequest> {
    while (!of_next_cell) {
      const auto taken = handed ? std::exchange(handed, std::nullopt) : worker.queue.try_take();
      if (!taken) break;
      const Unit& unit = units_[static_cast<std::size_t>(*taken)];
      if (unit.cell != number) {
        of_next_cell = taken;
      } else if (done(unit)) {  // by an earlier run
        worker.queue.finish(*taken);
      } else {
        if (begun.empty()) cell.open_journal(static_cast<int>(membership_.rank));
        begun.push_back(*taken);
        worker.progress.begin(worker.number, number, ++in_flight);
        return cell.request(unit.sample);
      }
    }
    return std::nullopt;
  };
  const auto landed = [&](std::size_t n, const decoding::GenerationResult& result) {
    CellRun::Cost cost{result.share_seconds, std::nullopt};
    // Of several workers side by side no energy is anyone's own.
    if (energy_before && figures_.workers == 1) {
      const double mean_power_w = (*energy_.joules() - *energy_before) / seconds_since(start);
      cost.energy_j = mean_power_w * result.share_seconds;
    }
    const std::size_t sample = units_[static_cast<std::size_t>(begun[n])].sample;
    const reports::ResultRecord record = cell.finish(sample, result, cost);
    --in_flight;
    worker.progress.finish(worker.number, cell, cell.request(sample).sample_id, record);
    worker.queue.finish(begun[n]);
    end_cell_if_complete(number, worker);
  };
  decoding::generate(
      loaded_.model, cell.cell().options, {next, landed},
      {.packed = flags_.packed_batch, .slots = flags_.batch_size, .graphs = loaded_.graphs.get()});
  return of_next_cell;
}

void EvalRun::end_cell_if_complete(std::size_t number, const Worker& worker) {
  const CellRun& cell = *cells_[number];
  if (!membership_.alone() || cell.done() < cell.size()) return;
  const std::lock_guard lock(mutex_);
  // Two workers that finish the last two samples both find the cell complete.
  if (!completed_.insert(number).second) return;
  write_cell(cell);
  worker.progress.complete(number, cell);
  worker.after_cell();
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
