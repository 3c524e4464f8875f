#include "tasks/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace evotoken::tasks {
namespace {

using ::testing::ElementsAre;

class NamedTask : public Task {
 public:
  NamedTask(std::string name, std::vector<std::string> aliases)
      : name_(std::move(name)), aliases_(std::move(aliases)) {}
  std::string name() const override { return name_; }
  std::vector<std::string> aliases() const override { return aliases_; }
  std::string_view system_prompt() const override { return {}; }
  DataSource data_source() const override { return {}; }
  nlohmann::ordered_json ground_truth(const datasets::Sample&) const override { return nullptr; }
  std::string example_answer(const datasets::Sample&) const override { return {}; }

 private:
  std::string name_;
  std::vector<std::string> aliases_;
};

template <typename Call>
std::string usage_error(const Call& call) {
  try {
    call();
  } catch (const UsageError& error) {
    return error.what();
  }
  return "none";
}

TEST(Registry, FindsByNameAndAlias) {
  const NamedTask beta("beta", {"b", "second"});
  const NamedTask alpha("alpha", {});
  Registry registry;
  registry.add(beta);
  registry.add(alpha);
  EXPECT_EQ(&registry.find("beta"), &beta);
  EXPECT_EQ(&registry.find("second"), &beta);
  EXPECT_EQ(&registry.find("alpha"), &alpha);
  EXPECT_THAT(registry.all(), ElementsAre(&alpha, &beta));
}

TEST(Registry, ClashesAreErrorsAndAddNothing) {
  const NamedTask alpha("alpha", {"a"});
  Registry registry;
  registry.add(alpha);
  const NamedTask same_name("alpha", {});
  EXPECT_EQ(usage_error([&] { registry.add(same_name); }),
            "task alpha: the name \"alpha\" is taken by task alpha, expected a name of its own; "
            "rename one");
  const NamedTask same_alias("beta", {"a"});
  EXPECT_EQ(usage_error([&] { registry.add(same_alias); }),
            "task beta: the name \"a\" is taken by task alpha, expected a name of its own; rename "
            "one");
  const NamedTask own_name("gamma", {"gamma"});
  EXPECT_NE(usage_error([&] { registry.add(own_name); }), "none");
  const NamedTask name_is_alias("a", {});
  EXPECT_NE(usage_error([&] { registry.add(name_is_alias); }), "none");
  EXPECT_THAT(registry.all(), ElementsAre(&alpha));
  EXPECT_THROW(registry.find("beta"), UsageError);
  EXPECT_THROW(TaskRegistration{find_task("gsm8k")}, UsageError);
}

TEST(Registry, TheProgramsTasks) {
  std::vector<std::string> names;
  for (const Task* task : all_tasks()) names.push_back(task->name());
  EXPECT_THAT(names, ::testing::IsSupersetOf({"countdown", "gsm8k", "math500", "svamp"}));
  EXPECT_EQ(find_task("math").name(), "math500");
  EXPECT_EQ(find_task("svamp").name(), "svamp");
}

TEST(Registry, UnknownNamesListTheKnownOnes) {
  const std::string error = usage_error([] { find_task("GSM"); });
  EXPECT_THAT(error, ::testing::StartsWith("task: \"GSM\" is unknown, expected one of "));
  EXPECT_THAT(error, ::testing::HasSubstr("math500 (also math)"));
  EXPECT_NE(usage_error([] { find_task(""); }), "none");
}

}  // namespace
}  // namespace evotoken::tasks
