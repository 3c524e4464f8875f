#include "engine/model/packed_weight.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <stdexcept>

#include "engine/kernels/packed_product.h"
#include "engine/model/parallel.h"

namespace evotoken::model {
namespace {

using kernels::kPanelRows;
using kernels::panel_count;

/// Calls use(T()) with the element type of a packed weight.
template <typename Use>
void with_panel_type(at::ScalarType type, Use use) {
  switch (type) {
    case at::kFloat:
      return use(float());
    case at::kBFloat16:
      return use(c10::BFloat16());
    case at::kHalf:
      return use(c10::Half());
    case at::kChar:
      return use(std::int8_t());
    default:
      throw std::invalid_argument("PackedWeight: no element type of its products");
  }
}

/// AMX, where LibTorch's bfloat16 products are several times as fast as float32 ones.
bool cpu_has_bfloat16_tiles() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("amx-bf16") != 0;
#else
  return false;
#endif
}

/// Columns of y that one thread takes at least: less than a million products is not worth waking
/// it.
std::int64_t panels_per_thread(std::int64_t rows, std::int64_t width) {
  constexpr std::int64_t kProductsPerThread = 1'000'000;
  return std::max<std::int64_t>(1, kProductsPerThread / (rows * width * kPanelRows + 1));
}

}  // namespace

PackedRows::PackedRows(const at::Tensor& x)
    : rows_(x.size(0)),
      numbers_(
          at::empty({rows_ * kernels::packed_width(x.size(1))}, x.options().dtype(at::kFloat))) {
  const at::Tensor floats = x.to(at::kFloat).contiguous();
  const std::int64_t width = x.size(1);
  const std::int64_t groups = kernels::group_count(rows_);
  constexpr std::int64_t kNumbersPerThread = 32768;  // fewer are not worth waking one
  const std::int64_t per_thread = kNumbersPerThread * groups / (x.numel() + 1) + 1;
  const float* const from = floats.const_data_ptr<float>();
  float* const to = numbers_.mutable_data_ptr<float>();
  parallel_for(groups, per_thread, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t g = begin; g < end; ++g) kernels::pack_group(from, rows_, width, g, to);
  });
}

const float* PackedRows::data() const { return numbers_.const_data_ptr<float>(); }

bool PackedWeight::takes(const at::Tensor& weight) {
  if (!weight.is_cpu() || weight.dim() != 2) return false;
  switch (weight.scalar_type()) {
    case at::kFloat:
    case at::kHalf:
    case at::kChar:
      return true;
    case at::kBFloat16:
      return !cpu_has_bfloat16_tiles();
    default:
      return false;
  }
}

PackedWeight::PackedWeight(const at::Tensor& weight, const at::Tensor& scales)
    : type_(weight.scalar_type()), out_(weight.size(0)), in_(weight.size(1)), scales_(scales) {
  const std::int64_t panel_numbers = in_ * kPanelRows;
  panels_ = std::make_shared<WeightMemory>(
      static_cast<std::size_t>(panel_count(out_) * panel_numbers) * c10::elementSize(type_));
  const at::Tensor rows = weight.contiguous();
  with_panel_type(type_, [&]<typename T>(T) {
    const T* const from = rows.const_data_ptr<T>();
    T* const to = static_cast<T*>(panels_->data());
    parallel_for(panel_count(out_), 4, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t p = begin; p < end; ++p) {
        kernels::pack_panel(from + p * panel_numbers, std::min(kPanelRows, out_ - p * kPanelRows),
                            in_, to + p * panel_numbers);
      }
    });
  });
}

std::size_t PackedWeight::bytes() const {
  return panels_->bytes() + (scales_.defined() ? scales_.nbytes() : 0);
}

void PackedWeight::multiply_tile(const PackedRows& x, const Tile& tile) const {
  with_panel_type(type_, [&]<typename T>(T) {
    kernels::PanelProduct<T> product;
    product.x = x.data();
    product.rows = x.rows();
    product.width = in_;
    product.panels = static_cast<const T*>(panels_->data()) + tile.first * in_;
    if (scales_.defined()) product.scales = scales_.const_data_ptr<float>() + tile.first;
    product.columns = tile.count;
    product.y = tile.y;
    product.stride = tile.stride;
    // Who asks for one panel does not go on to the next.
    if (tile.count > kPanelRows) {
      product.panels_behind = panel_count(out_) - panel_count(tile.first + tile.count);
    }
    kernels::multiply(product);
  });
}

at::Tensor PackedWeight::multiply(const at::Tensor& x) const {
  const PackedRows rows(x);
  at::Tensor y = at::empty({rows.rows(), out_}, x.options().dtype(at::kFloat));
  float* const numbers = y.mutable_data_ptr<float>();
  parallel_for(panel_count(out_), panels_per_thread(rows.rows(), in_),
               [&](std::int64_t begin, std::int64_t end) {
                 const std::int64_t first = begin * kPanelRows;
                 const std::int64_t count = std::min(end * kPanelRows, out_) - first;
                 multiply_tile(rows, {first, count, numbers + first, out_});
               });
  return y.to(x.scalar_type());
}

}  // namespace evotoken::model
