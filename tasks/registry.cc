#include "tasks/registry.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"
#include "base/unknown_name.h"

namespace evotoken::tasks {
namespace {

/// Built on first use: task files register during static initialisation, in an unknown order.
Registry& program_registry() {
  static Registry registry;
  return registry;
}

}  // namespace

void Registry::add(const Task& task) {
  std::vector<std::string> names = task.aliases();
  names.insert(names.begin(), task.name());
  std::map<std::string, const Task*, std::less<>> added;
  for (std::string& name : names) {
    const auto taken = by_name_.find(name);
    if (taken != by_name_.end() || added.contains(name)) {
      const Task& owner = taken != by_name_.end() ? *taken->second : task;
      throw UsageError(fmt::format(
          "task {}: the name \"{}\" is taken by task {}, expected a name of its own; rename one",
          task.name(), name, owner.name()));
    }
    added.emplace(std::move(name), &task);
  }
  by_name_.merge(added);
}

const Task& Registry::find(std::string_view name) const {
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) throw unknown_name("task", name, known_names());
  return *found->second;
}

std::vector<const Task*> Registry::all() const {
  std::vector<const Task*> tasks;
  for (const auto& [name, task] : by_name_) {
    if (task->name() == name) tasks.push_back(task);
  }
  return tasks;
}

/// "countdown", "gsm8k", "math500 (also math)", "svamp"
std::vector<std::string> Registry::known_names() const {
  std::vector<std::string> names;
  for (const Task* task : all()) {
    const std::vector<std::string> aliases = task->aliases();
    names.push_back(aliases.empty()
                        ? task->name()
                        : fmt::format("{} (also {})", task->name(), join_names(aliases)));
  }
  return names;
}

const Task& find_task(std::string_view name) { return program_registry().find(name); }

std::vector<const Task*> all_tasks() { return program_registry().all(); }

TaskRegistration::TaskRegistration(const Task& task) { program_registry().add(task); }

}  // namespace evotoken::tasks
