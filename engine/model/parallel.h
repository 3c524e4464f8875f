// Loops on LibTorch's threads.
#pragma once

#include <cstdint>
#include <functional>

namespace evotoken::model {

/// Calls loop(begin, end) for stretches that together are [0, count), each of at least `least`
/// elements but the last one, on as many threads as set_threads() said; on the calling thread alone
/// inside another such loop. Passes on the first exception.
void parallel_for(std::int64_t count, std::int64_t least,
                  const std::function<void(std::int64_t begin, std::int64_t end)>& loop);

}  // namespace evotoken::model
