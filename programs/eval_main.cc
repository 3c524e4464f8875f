// evotoken-eval: models × tasks × decoding settings to accuracy and speed (spec: interfaces.md).
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>

#include "base/counted.h"
#include "base/error.h"
#include "base/files.h"
#include "base/note.h"
#include "base/profile.h"
#include "base/progress.h"
#include "engine/cluster/rendezvous.h"
#include "engine/decoding/block_schedule.h"
#include "programs/eval_flags.h"
#include "programs/eval_plan.h"
#include "programs/eval_reports.h"
#include "programs/eval_run.h"
#include "programs/event_stream.h"
#include "programs/main.h"
#include "programs/output.h"
#include "programs/time_estimate.h"
#include "reports/accuracy_report.h"
#include "reports/results_json.h"

namespace {

using namespace evotoken;
using namespace evotoken::programs;

std::atomic<bool> interrupted{false};

/// The first interrupt lets the samples in flight finish; a second one ends the program at once.
void on_interrupt(int /*signal*/) {
  if (interrupted.exchange(true)) std::_Exit(static_cast<int>(ExitStatus::kInterrupted));
}

/// A sample whose prompt leaves no room for the generation is a failure of the sample; a gen_length
/// that leaves none for any prompt is a mistake in the flags.
void check_lengths(const EvalPlan& plan, const LoadedModel& loaded) {
  for (const Cell& cell : plan.cells) {
    decoding::check_vocabulary(cell.options, loaded.model.config().vocab_size);
    const std::int64_t most = loaded.model.config().max_sequence_length;
    if (cell.options.gen_length >= most) {
      throw UsageError(
          fmt::format("--gen_length: {}, expected less than the {} tokens that the model takes; "
                      "change the flag",
                      cell.options.gen_length, most));
    }
  }
}

void print_first_prompts(const EvalPlan& plan, const LoadedModel& loaded) {
  for (const TaskPlan& task : plan.tasks) {
    if (task.chosen.empty()) continue;
    const std::string prompt = render_prompt(task, task.sample(0), loaded.tokenizer);
    note("--- {}, {} tokens, gold {}\n{}\n---\n", task.sample(0).id,
         loaded.tokenizer.encode(prompt).size(), task.task->ground_truth(task.sample(0)).dump(),
         prompt);
  }
}

/// What the run would take, or why that is not known: a plan can be looked at without the model.
nlohmann::ordered_json try_estimate(const EvalPlan& plan, const EvalFlags& flags,
                                    std::string& text) {
  try {
    const LoadedModel loaded = load_model(flags.model);
    check_lengths(plan, loaded);
    if (flags.write_out) print_first_prompts(plan, loaded);
    const double seconds = estimate_seconds(plan, flags, loaded);
    text += fmt::format("about {} here, if no sample ends early\n", format_duration(seconds));
    return seconds;
  } catch (const Error& error) {
    text += fmt::format("time not estimated: {}\n", error.what());
    return nullptr;
  }
}

/// The flags that may have stdout.
std::vector<OutputFlag> outputs_of(const EvalFlags& flags) {
  return {{"--json", flags.json}, {"--events", flags.events}};
}

/// The cells as JSON to stdout where that was asked for, else as lines for people.
void print_cells(const EvalPlan& plan, const EvalFlags& flags) {
  std::int64_t passes = 0;
  nlohmann::ordered_json cells = nlohmann::ordered_json::array();
  std::string text;
  for (const Cell& cell : plan.cells) {
    const TaskPlan& task = plan.task_of(cell);
    const auto samples = static_cast<std::int64_t>(task.chosen.size());
    const std::int64_t cell_passes = decoding::max_passes(cell.options) * samples;
    passes += cell_passes;
    text += fmt::format("{}: {} ({}), {} at most\n", cell.generations_path(0),
                        counted(samples, "sample"), task.dataset.split,
                        counted(cell_passes, "forward pass"));
    cells.push_back({{"path", cell.generations_path(0)},
                     {"samples", samples},
                     {"max_forward_passes", cell_passes},
                     {"decoding", decoding::to_json(cell.options)}});
  }
  text += fmt::format("{}, {} at most\n", counted(std::ssize(plan.cells), "cell"),
                      counted(passes, "forward pass"));
  const auto seconds = try_estimate(plan, flags, text);
  print_for_people(text, stdout_is_taken(outputs_of(flags)));
  write_json(flags.json,
             {{"cells", cells}, {"max_forward_passes", passes}, {"estimated_s", seconds}});
}

/// The exit status of a run that did what it could.
int exit_status() {
  return static_cast<int>(interrupted ? ExitStatus::kInterrupted : ExitStatus::kSuccess);
}

/// A cell none of whose samples could be decoded is a failure of the run.
void check_failures(const reports::AccuracyTable& table) {
  for (const reports::AccuracyCell& cell : table.cells) {
    if (cell.items == 0 || cell.failed < cell.items) continue;
    throw DeviceError(
        fmt::format("{}/{}: all {} samples failed, expected some to succeed; the journal "
                    "there says why",
                    cell.directory, cell.setup, cell.items));
  }
}

int run(const EvalFlags& flags, int argc, const char* const* argv) {
  const bool stdout_taken = stdout_is_taken(outputs_of(flags));
  refuse_stdout({"--profile", flags.profile});
  const EvalPlan plan = make_plan(flags);
  if (flags.dry_run) {
    print_cells(plan, flags);
    return static_cast<int>(ExitStatus::kSuccess);
  }
  check_graph_flags(flags.model, flags.packed_batch);
  check_model_flags(flags.model);
  for (const Cell& cell : plan.cells) check_writable(cell.generations_path(0));
  check_output(flags.json);
  check_output(flags.profile);
  const cluster::Membership membership = cluster::read_membership();
  EventStream events(flags.events, membership.rank);
  const LoadedModel loaded = load_model(flags.model);
  check_lengths(plan, loaded);
  if (flags.write_out) print_first_prompts(plan, loaded);
  reports::RunProvenance provenance = make_provenance(flags, plan, loaded, argc, argv);

  std::signal(SIGINT, on_interrupt);
  std::signal(SIGTERM, on_interrupt);
  EvalRun run(plan, flags, loaded, membership, interrupted);
  if (run.resumed() > 0)
    note("{} {} in the journals\n", counted(run.resumed(), "sample"),
         run.resumed() == 1 ? "is" : "are");
  if (!flags.profile.empty()) Profile::start();
  run.run(events, [&] {
    add_figures(run, loaded, provenance);
    write_reports(run.records(), plan, provenance);
  });
  if (!flags.profile.empty()) Profile::finish(flags.profile);
  if (!run.reports_here()) return exit_status();
  add_figures(run, loaded, provenance);
  const auto table = write_reports(run.records(), plan, provenance);
  if (membership.rank != 0) return exit_status();
  nlohmann::ordered_json json = reports::results_json(provenance, table.cells);
  json["max_over_alpha"] = reports::best_json(table);
  json["over_seeds"] = reports::seeds_json(table);
  json["interrupted"] = interrupted.load();
  print_for_people(report_text(table, plan, loaded, provenance, interrupted), stdout_taken);
  write_json(flags.json, json);
  if (!interrupted) check_failures(table);
  return exit_status();
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Evaluates a masked-diffusion language model: every list flag spans a grid.",
               "evotoken-eval");
  EvalFlags flags;
  add_eval_flags(app, flags);
  return run_main(app, argc, argv, [&] {
    if (!flags.config.empty()) {
      // CLI11 takes arguments in reverse; the command line stands after the file and so overrides
      // it.
      std::vector<std::string> arguments = config_arguments(app, flags.config);
      arguments.insert(arguments.end(), argv + 1, argv + argc);
      std::reverse(arguments.begin(), arguments.end());
      app.parse(arguments);
    }
    return run(flags, argc, argv);
  });
}
