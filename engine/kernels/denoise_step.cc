#include "engine/kernels/denoise_step.h"

#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>

#include "engine/kernels/denoise_threads.h"

namespace evotoken::kernels {
namespace {

template <typename T>
void step(const DenoiseStep& work) {
  using namespace denoising;
  if (work.progress->unusable_position >= 0) return;
  if (!all_usable(work, 0, 1)) return name_unusable(work);
  write_scores<T>(work, 0, 1);
  choose(work, 0, 1);
  count_step(work, apply<T>(work, 0, 1));
}

}  // namespace

void denoise_step_plain(const DenoiseStep& work) {
  switch (work.type) {
    case LogitType::kFloat32:
      return step<float>(work);
    case LogitType::kBFloat16:
      return step<c10::BFloat16>(work);
    case LogitType::kFloat16:
      return step<c10::Half>(work);
  }
}

}  // namespace evotoken::kernels
