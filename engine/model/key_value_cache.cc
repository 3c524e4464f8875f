#include "engine/model/key_value_cache.h"

#include <ATen/ATen.h>

namespace evotoken::model {

KeyValueCache::KeysAndValues KeyValueCache::update(std::size_t layer, std::int64_t first_position,
                                                   const at::Tensor& keys,
                                                   const at::Tensor& values) {
  if (first_position == 0 && !fixed_) {
    if (layers_.size() <= layer) layers_.resize(layer + 1);
    layers_[layer] = {keys.contiguous(), values.contiguous()};
  } else {
    layers_[layer].first.narrow(0, first_position, keys.size(0)).copy_(keys);
    layers_[layer].second.narrow(0, first_position, values.size(0)).copy_(values);
  }
  return layers_[layer];
}

}  // namespace evotoken::model
