// How long a run will take, from a short measurement.
#pragma once

#include "programs/eval_flags.h"
#include "programs/eval_plan.h"
#include "programs/model_flags.h"

namespace evotoken::programs {

/// Seconds for all cells with the workers that the flags ask for, as if all workers were busy to
/// the end and no sample stopped early: decodes one sample of median length per task, length,
/// decoder and cache with one denoising step per block, and multiplies. Journals are not looked at.
double estimate_seconds(const EvalPlan& plan, const EvalFlags& flags, const LoadedModel& loaded);

}  // namespace evotoken::programs
