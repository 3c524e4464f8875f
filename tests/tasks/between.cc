// A static library between a program and the tasks, as a shared part of the programs may be.
#include "tasks/task.h"

namespace evotoken::tasks {

std::size_t count_tasks_through_a_library() { return all_tasks().size(); }

}  // namespace evotoken::tasks
