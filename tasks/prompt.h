// System prompts that several tasks share.
#pragma once

#include <string_view>

namespace evotoken::tasks {

/// MATH500's, which the published evaluation gives SVAMP too, byte for byte. The quote, the space
/// and the line end after "</answer>" are upstream's.
inline constexpr std::string_view kMathSystemPrompt =
    "You are a math expert. You will be given a question to solve. Solve it step by step. Wrap the "
    "final answer in a \\boxed{}.\n"
    "Respond in the following format:\n"
    "<reasoning>\n"
    "Your reasoning here\n"
    "</reasoning>\n"
    "<answer>\n"
    "\\boxed{...}\n"
    "</answer>\" \n";

}  // namespace evotoken::tasks
