#include "tasks/task.h"

namespace evotoken::tasks {

datasets::Dataset Task::load(const std::filesystem::path& data_dir) const {
  const DataSource source = data_source();
  return data_dir.empty() ? source.builtin() : source.test(data_dir);
}

datasets::Dataset Task::load_examples(const std::filesystem::path& data_dir) const {
  const DataSource source = data_source();
  if (!data_dir.empty() && source.train != nullptr) {
    if (auto train = source.train(data_dir)) return *std::move(train);
  }
  return source.examples();
}

}  // namespace evotoken::tasks
