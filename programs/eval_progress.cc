#include "programs/eval_progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/json_of.h"
#include "base/stopwatch.h"
#include "reports/statistics/wilson.h"

namespace evotoken::programs {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::chrono::seconds kEventInterval{1};
/// A process is named in the bar when it has been silent for so long.
constexpr double kSilenceSeconds = 30;

/// "gsm8k_64_64 hard_mask 61.5% (55.2–67.4)"
std::string accuracy_text(const CellRun& cell) {
  const auto [correct, graded] = cell.correct_and_graded();
  std::string text = fmt::format("{} {}", cell.cell().setup, cell.cell().options.decoder);
  if (const auto interval = reports::wilson_interval(correct, graded)) {
    text += fmt::format(" {:.1f}% ({:.1f}–{:.1f})",
                        100.0 * static_cast<double>(correct) / static_cast<double>(graded),
                        100 * interval->low, 100 * interval->high);
  }
  return text;
}

Json sample_json(const CellRun& cell, const std::string& id, const reports::ResultRecord& record) {
  return {{"setup", cell.cell().setup},
          {"directory", cell.cell().directory},
          {"sample_id", id},
          {"reference_correct", record.reference ? Json(record.reference->correct) : Json()},
          {"verified_correct", record.verified ? Json(record.verified->correct) : Json()},
          {"verified_reason", record.verified ? Json(record.verified->reason) : Json()},
          {"tokens", json_of(record.tokens)},
          {"tokens_to_eos", json_of(record.tokens_to_eos)},
          {"nfe", json_of(record.nfe)},
          {"seconds", json_of(record.seconds)},
          {"latency_s", json_of(record.latency_s)},
          {"failed", json_of(record.failed)}};
}

}  // namespace

Json accuracy_so_far(const CellRun& cell) {
  const auto [correct, graded] = cell.correct_and_graded();
  const auto interval = reports::wilson_interval(correct, graded);
  return {{"correct", correct},
          {"graded", graded},
          {"accuracy_frac",
           graded > 0 ? Json(static_cast<double>(correct) / static_cast<double>(graded)) : Json()},
          {"wilson_95_frac", interval ? Json({interval->low, interval->high}) : Json()}};
}

EvalProgress::EvalProgress(const RunSize& size, EventStream& events)
    : size_(size),
      events_(events),
      start_(Clock::now()),
      bar_("evaluating", size.samples, "samples", size.done),
      workers_(static_cast<std::size_t>(size.workers)),
      last_event_(start_) {}

double EvalProgress::elapsed_s() const { return seconds_since(start_); }

void EvalProgress::begin(std::int64_t worker, std::size_t cell, std::int64_t samples) {
  const std::lock_guard lock(mutex_);
  workers_[static_cast<std::size_t>(worker)] = {cell, samples, Clock::now()};
}

void EvalProgress::finish(std::int64_t worker, const CellRun& cell, const std::string& sample_id,
                          const reports::ResultRecord& record) {
  const std::lock_guard lock(mutex_);
  ++finished_;
  tokens_ += record.tokens.value_or(0);
  const std::size_t number = workers_[static_cast<std::size_t>(worker)].cell.value_or(0);
  cell_text_ = fmt::format("cell {}/{} {}", number + 1, size_.cells, accuracy_text(cell));
  show(1);
  if (!events_.wanted()) return;
  Json event = {{"worker", worker}, {"cell", number}};
  event.update(sample_json(cell, sample_id, record));
  event["reference"] = accuracy_so_far(cell);
  event.update(figures());
  events_.emit("sample", event);
}

void EvalProgress::rest(std::int64_t worker) {
  const std::lock_guard lock(mutex_);
  workers_[static_cast<std::size_t>(worker)] = {std::nullopt, 0, Clock::now()};
}

void EvalProgress::complete(std::size_t number, const CellRun& cell) {
  events_.emit("cell", {{"cell", number},
                        {"setup", cell.cell().setup},
                        {"directory", cell.cell().directory},
                        {"samples", cell.size()},
                        {"reference", accuracy_so_far(cell)}});
}

void EvalProgress::see_peers(std::vector<PeerState> peers) {
  const std::lock_guard lock(mutex_);
  peers_ = std::move(peers);
  std::int64_t total = 0;
  for (const PeerState& peer : peers_) total += peer.done;
  // Samples that were leased twice must not make more than there are.
  total = std::clamp<std::int64_t>(total, by_peers_,
                                   std::max(by_peers_, size_.samples - size_.done - finished_));
  show(total - std::exchange(by_peers_, total));
}

void EvalProgress::tick() {
  const std::lock_guard lock(mutex_);
  show(0);
  const Clock::time_point now = Clock::now();
  if (!events_.wanted() || now - last_event_ < kEventInterval) return;
  last_event_ = now;
  Json event = figures();
  event["workers"] = workers_json();
  if (!peers_.empty()) {
    event["peers"] = Json::array();
    for (const PeerState& peer : peers_) {
      event["peers"].push_back(
          {{"rank", peer.rank}, {"done", peer.done}, {"silent_s", peer.silent_s}});
    }
  }
  events_.emit("progress", event);
}

/// "2/2 workers busy", "2/2 workers busy, 3 processes (rank 2 silent for 1:10)"
std::string EvalProgress::workers_text() const {
  const auto busy =
      std::ranges::count_if(workers_, [](const Worker& worker) { return worker.cell.has_value(); });
  std::string text = fmt::format("{}/{} workers busy", busy, workers_.size());
  if (peers_.empty()) return text;
  text += fmt::format(", {} processes", peers_.size() + 1);
  for (const PeerState& peer : peers_) {
    if (peer.silent_s < kSilenceSeconds) continue;
    text += fmt::format(" (rank {} silent for {})", peer.rank, format_duration(peer.silent_s));
  }
  return text;
}

Json EvalProgress::figures() const {
  const double elapsed = elapsed_s();
  const std::int64_t now = finished_ + by_peers_;
  const double rate = elapsed > 0 ? static_cast<double>(now) / elapsed : 0;
  const std::int64_t left = std::max<std::int64_t>(0, size_.samples - size_.done - now);
  return {
      {"done", size_.done + now},
      {"samples", size_.samples},
      {"samples_per_second", rate},
      {"tokens_per_second", elapsed > 0 ? Json(static_cast<double>(tokens_) / elapsed) : Json()},
      {"left_s", rate > 0 ? Json(static_cast<double>(left) / rate) : Json()}};
}

Json EvalProgress::workers_json() const {
  Json states = Json::array();
  const Clock::time_point now = Clock::now();
  for (const Worker& worker : workers_) {
    const bool busy = worker.cell.has_value();
    states.push_back(
        {{"state", busy ? "decoding" : "waiting"},
         {"cell", busy ? Json(*worker.cell) : Json()},
         {"samples", worker.samples},
         {"for_s",
          busy ? Json(std::chrono::duration<double>(now - worker.since).count()) : Json()}});
  }
  return states;
}

void EvalProgress::show(std::int64_t more) {
  std::string note = cell_text_;
  if (!note.empty()) {
    note += fmt::format(", {:.0f} tok/s, ", static_cast<double>(tokens_) / elapsed_s());
  }
  bar_.advance(more, note + workers_text());
}

}  // namespace evotoken::programs
