// What a run will do: tasks with their chosen samples, and the cells of the grid.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "datasets/sample.h"
#include "engine/decoding/options.h"
#include "programs/eval_flags.h"
#include "tasks/task.h"

namespace evotoken::programs {

/// One task of a run.
struct TaskPlan {
  const tasks::Task* task = nullptr;
  std::string spelling;  ///< as the user gave it; names the files ("math" stays "math")
  datasets::Dataset dataset;
  std::vector<std::size_t> chosen;         ///< indices of the samples to decode, ascending
  std::vector<datasets::Sample> examples;  ///< few-shot examples

  const datasets::Sample& sample(std::size_t n) const { return dataset.samples[chosen[n]]; }
};

/// One task with one setting.
struct Cell {
  std::size_t task = 0;  ///< index into EvalPlan::tasks
  decoding::DecodingOptions options;
  std::string directory;  ///< where its files go
  std::string setup;      ///< "{task}_{gen_length}_{steps}"

  std::string generations_path(int rank) const;
  std::string journal_path(int rank) const;
};

struct EvalPlan {
  std::vector<TaskPlan> tasks;
  std::vector<Cell> cells;  ///< task by task, each in the order of the grid

  const TaskPlan& task_of(const Cell& cell) const { return tasks[cell.task]; }
};

/// Reads the data and spans the grid. Throws UsageError or DataError; UsageError also where two
/// cells would share their files, which decoders of unlucky names can.
EvalPlan make_plan(const EvalFlags& flags);

/// "{output_dir}_kSoft_{k}_alphaSoftMask_{α}" for EvoToken, "{output_dir}_{decoder}" for the
/// others; every setting that differs from the published default is said before, so that no two
/// cells of a grid share a file.
std::string cell_directory(const EvalFlags& flags, const decoding::DecodingOptions& options);

/// "{task}_{gen_length}_{steps}", the published name of a setup; `task` as the user spelled it.
std::string cell_setup(const std::string& task, const decoding::DecodingOptions& options);

/// "0,5,10-19" as ascending indices below `size`. Throws UsageError for anything else.
std::vector<std::size_t> parse_samples(const std::string& text, std::size_t size,
                                       std::string_view task);

}  // namespace evotoken::programs
