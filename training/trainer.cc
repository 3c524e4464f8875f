#include "training/trainer.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/error.h"
#include "base/files.h"
#include "base/progress.h"
#include "base/stopwatch.h"
#include "reports/loss_curve.h"
#include "training/checkpoint.h"
#include "training/loss_log.h"

namespace evotoken::training {
namespace {

/// One run: what stays the same over its updates.
class Run {
 public:
  Run(const Training& training, const TrainerOptions& options, Processes& processes)
      : model_(training.model),
        objective_(training.objective),
        options_(options),
        processes_(processes),
        source_(training.examples, {options.batch_size, model_.config().pad_token_id,
                                    options.group_by_length, options.seed}),
        optimizer_(model_.parameters(), options.optimizer),
        total_(total_updates(options, std::ssize(training.examples), processes.world_size())) {
    const auto checkpoint = newest_checkpoint(options.output_dir);
    if (!checkpoint) return;
    if (!options.resume) {
      throw UsageError(
          fmt::format("--output_dir: {} is of another run, expected a folder without checkpoints; "
                      "add --resume to go on with it, or choose another folder",
                      checkpoint->string()));
    }
    update_ = load_checkpoint(*checkpoint, optimizer_, options.settings).update;
  }

  std::int64_t total() const { return total_; }
  std::int64_t updates_done() const { return update_; }
  bool finished() const { return update_ >= total_; }

  /// `stop_wanted` becomes true when any of the processes wants to stop: all do, or none.
  LossRecord next_update(bool& stop_wanted) {
    const auto start = std::chrono::steady_clock::now();
    optimizer_.zero_grad();
    LossRecord record;
    record.loss = accumulate_gradients();
    share_gradients(record.loss, stop_wanted);
    record.learning_rate = learning_rate_at(options_.optimizer, update_, total_);
    record.grad_norm = optimizer_.step(record.learning_rate);
    record.update = ++update_;
    record.seconds = seconds_since(start);
    return record;
  }

  void save() const {
    save_checkpoint(options_.output_dir, model_, optimizer_, {update_, options_.settings},
                    options_.keep_checkpoints);
  }

 private:
  Loss accumulate_gradients() {
    const std::int64_t world = processes_.world_size();
    const std::int64_t micro_batches = options_.grad_accum_steps * world;
    const double weight = 1.0 / static_cast<double>(micro_batches);
    const model::LladaModel now = model_.model();
    Loss loss;
    for (std::int64_t j = 0; j < options_.grad_accum_steps; ++j) {
      const std::int64_t number = update_ * micro_batches + j * world + processes_.rank();
      const auto index = static_cast<std::uint64_t>(number);
      Draw draw(options_.seed, Stream::kNoise, index);
      seed_dropout(Draw(options_.seed, Stream::kDropout, index).bits());
      const Batch batch = source_.batch(number, objective_.extra_pad_probability(), draw);
      loss.add(objective_.run({now, weight, options_.checkpoint_activations}, batch, draw), weight);
    }
    return loss;
  }

  /// Dropout draws from LibTorch's default generator of the device.
  void seed_dropout(std::uint64_t seed) const {
    at::Generator generator = at::globalContext().defaultGenerator(model_.device());
    generator.set_current_seed(seed);
  }

  /// Gradients, losses and the wish to stop summed over the processes.
  void share_gradients(Loss& loss, bool& stop_wanted) {
    if (processes_.world_size() == 1) return;
    std::vector<at::Tensor> shared;
    for (Parameter& parameter : model_.parameters()) {
      at::Tensor& grad = parameter.value.mutable_grad();
      if (!grad.defined()) grad = at::zeros_like(parameter.value);
      shared.push_back(grad);
    }
    std::vector<double> numbers = {stop_wanted ? 1.0 : 0.0, static_cast<double>(loss.tokens),
                                   loss.total};
    numbers.insert(numbers.end(), loss.stages.begin(), loss.stages.end());
    // One sum for all: float32 is enough for the log's losses.
    at::Tensor log = at::tensor(numbers, at::kFloat);
    shared.push_back(log);
    processes_.sum(shared);
    log = log.to(at::kDouble);
    stop_wanted = log[0].item<double>() > 0;
    loss.tokens = log[1].item<std::int64_t>();
    loss.total = log[2].item<double>();
    for (std::size_t k = 0; k < loss.stages.size(); ++k) {
      loss.stages[k] = log[static_cast<std::int64_t>(k + 3)].item<double>();
    }
  }

  TrainableModel& model_;
  const Objective& objective_;
  const TrainerOptions& options_;
  Processes& processes_;
  BatchSource source_;
  Optimizer optimizer_;
  std::int64_t total_;
  std::int64_t update_ = 0;
};

}  // namespace

std::int64_t total_updates(const TrainerOptions& options, std::int64_t examples,
                           std::int64_t world_size) {
  if (options.max_updates > 0) return options.max_updates;
  const double per_update =
      static_cast<double>(options.batch_size * options.grad_accum_steps * world_size);
  const double updates = options.num_epochs * static_cast<double>(examples) / per_update;
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(updates));
}

TrainingSummary train(const Training& training, const TrainerOptions& options, Processes& processes,
                      const std::function<bool()>& stop) {
  const bool writes = processes.rank() == 0;
  const auto log_path = options.output_dir / "loss.jsonl";
  Run run(training, options, processes);
  std::optional<LossLog> log;
  if (writes) log.emplace(log_path, run.updates_done());

  TrainingSummary summary;
  {
    Progress progress("training", run.total(), "updates", run.updates_done());
    while (!run.finished() && !summary.interrupted) {
      summary.interrupted = stop();
      const LossRecord record = run.next_update(summary.interrupted);
      summary.last_loss = record.loss.total;
      if (writes) {
        log->append(record);
        const bool due = record.update % options.save_every_updates == 0;
        if (due || summary.interrupted || run.finished()) run.save();
      }
      progress.advance(1, fmt::format("loss {:.4f}", record.loss.total));
    }
  }
  summary.updates = run.updates_done();
  summary.interrupted = !run.finished();  // a wish to stop in the last update comes too late
  if (writes) {
    write_file_atomically(options.output_dir / "loss.svg",
                          reports::draw_loss_curve(reports::read_loss_curve(log_path)));
    if (run.finished()) training.model.save(options.output_dir);
  }
  return summary;
}

}  // namespace evotoken::training
