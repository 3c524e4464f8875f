// The training loop: micro-batches → gradients → updates → log and checkpoints.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <vector>

#include "training/objective.h"
#include "training/optimizer.h"
#include "training/processes.h"
#include "training/trainable_model.h"

namespace evotoken::training {

struct TrainerOptions {
  std::filesystem::path output_dir;
  std::int64_t batch_size = 2;        ///< examples of a micro-batch, per process
  bool group_by_length = false;       ///< batches of examples of like length (batch.h)
  std::int64_t grad_accum_steps = 4;  ///< micro-batches of an update, per process
  double num_epochs = 60;
  std::int64_t max_updates = 0;  ///< in place of num_epochs, where not 0
  std::uint64_t seed = 42;
  OptimizerOptions optimizer;
  bool checkpoint_activations = false;
  std::int64_t save_every_updates = 500;
  std::int64_t keep_checkpoints = 2;
  bool resume = false;
  nlohmann::ordered_json settings;  ///< all that changes a result, for provenance and resumption
};

/// Updates of the whole run: epochs · examples / (examples of an update, over all processes).
std::int64_t total_updates(const TrainerOptions& options, std::int64_t examples,
                           std::int64_t world_size);

/// What a run did.
struct TrainingSummary {
  std::int64_t updates = 0;
  double last_loss = 0;
  bool interrupted = false;  ///< a checkpoint of the last update was written
};

/// What is trained, for what, on what. The references outlive the run.
struct Training {
  TrainableModel& model;
  const Objective& objective;
  const std::vector<Example>& examples;
};

/// Trains until all updates are done or `stop` says so. Writes `output_dir`/loss.jsonl (a line per
/// update: update, loss, stages, grad_norm, learning_rate, tokens, seconds), checkpoints, and at
/// the end the model or adapter itself with loss.svg. Only rank 0 writes. Numbers depend on
/// `options.seed` and the data alone; a resumed run gives the same ones on the same machine.
TrainingSummary train(const Training& training, const TrainerOptions& options, Processes& processes,
                      const std::function<bool()>& stop);

}  // namespace evotoken::training
