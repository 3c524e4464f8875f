// In a file of its own, which is compiled with OpenMP: elsewhere at::parallel_for is a plain loop,
// silently.
#include "engine/model/parallel.h"

#include <ATen/Parallel.h>

#if AT_PARALLEL_OPENMP && !defined(_OPENMP)
#error \
    "at::parallel_for would run on one thread: OpenMP is needed (g++ has it, clang with libomp-dev)"
#endif

namespace evotoken::model {

void parallel_for(std::int64_t count, std::int64_t least,
                  const std::function<void(std::int64_t begin, std::int64_t end)>& loop) {
  at::parallel_for(0, count, least, loop);
}

}  // namespace evotoken::model
