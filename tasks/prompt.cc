// The user turn of the published evaluation (dllm-reasoning/d1, eval/gsm8k.py, create_prompt, which
// EvoToken keeps): system prompt, blank line, then
//   zero-shot: the question as it stands;
//   few-shot:  "Question: …\nAnswer:\n…" blocks and the question in the same form with nothing
//              after "Answer:\n", all separated by blank lines.
// The chat template trims the content, so that last line end does not reach the model; it is kept
// here because `prompt_input` of the published files is made from this text.
// Deviation: the published class tests isinstance(self.dataset, GSM8KDataset), which is never true,
// and so silently yields no examples; here --few_shot gives them.
#include <fmt/format.h>

#include "tasks/task.h"

namespace evotoken::tasks {

std::string user_turn(const Task& task, const datasets::Sample& sample,
                      const std::vector<datasets::Sample>& examples) {
  std::string turn(task.system_prompt());
  turn += "\n\n";
  if (examples.empty()) return turn + sample.question;
  for (const datasets::Sample& example : examples) {
    turn += fmt::format("Question: {}\nAnswer:\n{}\n\n", example.question,
                        task.example_answer(example));
  }
  return turn + fmt::format("Question: {}\nAnswer:\n", sample.question);
}

}  // namespace evotoken::tasks
