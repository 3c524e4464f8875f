#include "engine/model/attention.h"

#include <ATen/ATen.h>

#include <tuple>

namespace evotoken::model {
namespace {

/// [rows, heads, head_dim] of one sequence as [1, heads, rows, head_dim], heads repeated in place.
at::Tensor heads_first(const at::Tensor& x, std::int64_t repeats) {
  at::Tensor heads = x.transpose(0, 1);
  if (repeats > 1) heads = heads.repeat_interleave(repeats, 0);
  return heads.unsqueeze(0);
}

/// Attention of one sequence: queries [rows, heads, head_dim] over all keys and values
/// [positions, kv_heads, head_dim] → [rows, heads · head_dim].
at::Tensor attend_one(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) {
  const std::int64_t repeats = q.size(1) / k.size(1);
  const at::Tensor out = at::scaled_dot_product_attention(
      heads_first(q, 1), heads_first(k, repeats), heads_first(v, repeats));
  return out.squeeze(0).transpose(0, 1).reshape({q.size(0), -1});  // [rows, heads · head_dim]
}

}  // namespace

at::Tensor attend(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                  const std::vector<SequenceRows>& sequences, QueryRows query_rows,
                  std::size_t layer) {
  std::vector<at::Tensor> outputs;
  std::int64_t key_begin = 0;
  std::int64_t query_begin = 0;
  for (const SequenceRows& sequence : sequences) {
    const std::int64_t queries =
        query_rows == QueryRows::kAll ? sequence.length : sequence.wanted();
    at::Tensor keys = k.narrow(0, key_begin, sequence.length);
    at::Tensor values = v.narrow(0, key_begin, sequence.length);
    if (sequence.cache != nullptr) {
      std::tie(keys, values) = sequence.cache->update(layer, sequence.first_position, keys, values);
    }
    if (queries > 0) {
      outputs.push_back(attend_one(q.narrow(0, query_begin, queries), keys, values));
    }
    key_begin += sequence.length;
    query_begin += queries;
  }
  return outputs.size() == 1 ? outputs[0] : at::cat(outputs, 0);
}

at::Tensor attend_together(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                           std::int64_t sequences) {
  const std::int64_t repeats = q.size(1) / k.size(1);
  const auto batched = [&](const at::Tensor& x, std::int64_t times) {
    const at::Tensor heads =
        x.view({sequences, x.size(0) / sequences, x.size(1), x.size(2)}).transpose(1, 2);
    return times > 1 ? heads.repeat_interleave(times, 1) : heads;
  };
  return at::scaled_dot_product_attention(batched(q, 1), batched(k, repeats), batched(v, repeats))
      .transpose(1, 2)
      .reshape({q.size(0), -1});
}

}  // namespace evotoken::model
