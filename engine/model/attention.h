// Bidirectional attention over packed sequences: each row sees its own sequence and nothing else.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/model/packed_input.h"

namespace evotoken::model {

/// Which rows of each sequence are queries.
enum class QueryRows { kAll, kWanted };

/// softmax(q kᵀ / √head_dim) v per sequence. k, v: [rows, kv_heads, head_dim]; q: [query rows,
/// heads, head_dim], where the query rows are all rows of the pack or, packed likewise, only the
/// wanted ones. Query head h reads key/value head ⌊h · kv_heads / heads⌋. A sequence with a cache
/// puts its keys and values there, as layer `layer`'s, and sees what else is there. Returns [query
/// rows, heads · head_dim]. Differentiable without caches. Each sequence is computed by a call of
/// its own, so its numbers do not depend on its neighbours.
at::Tensor attend(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                  const std::vector<SequenceRows>& sequences, QueryRows query_rows,
                  std::size_t layer = 0);

/// The same for `sequences` sequences of one length in a single call: faster for training, where
/// last bits may depend on the neighbours. Shapes as above.
at::Tensor attend_together(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                           std::int64_t sequences);

}  // namespace evotoken::model
