#include "engine/model/key_value_cache.h"

#include <ATen/ATen.h>

namespace evotoken::model {

std::pair<at::Tensor, at::Tensor> KeyValueCache::update(std::size_t block,
                                                        std::int64_t first_position,
                                                        const at::Tensor& keys,
                                                        const at::Tensor& values) {
  if (first_position == 0) {
    if (blocks_.size() <= block) blocks_.resize(block + 1);
    blocks_[block] = {keys.contiguous(), values.contiguous()};
  } else {
    blocks_[block].first.narrow(0, first_position, keys.size(0)).copy_(keys);
    blocks_[block].second.narrow(0, first_position, values.size(0)).copy_(values);
  }
  return blocks_[block];
}

}  // namespace evotoken::model
