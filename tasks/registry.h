// Names → tasks. Programs use find_task and all_tasks of task.h; this class is separate so that its
// rules can be tested without touching the tasks of the program.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tasks/task.h"

namespace evotoken::tasks {

class Registry {
 public:
  /// Adds the task under its name and aliases; it must outlive the registry. Throws UsageError when
  /// one of them is taken, and then adds none.
  void add(const Task& task);

  /// The task of that name or alias, as written (names are lower-case). Throws UsageError that
  /// lists the known names.
  const Task& find(std::string_view name) const;

  /// All tasks, sorted by name.
  std::vector<const Task*> all() const;

 private:
  std::vector<std::string> known_names() const;

  std::map<std::string, const Task*, std::less<>> by_name_;  ///< names and aliases
};

}  // namespace evotoken::tasks
