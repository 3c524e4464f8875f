#include "engine/model/packed_weight.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <dlfcn.h>

#include <algorithm>
#include <cstdlib>
#include <mutex>
#include <vector>

namespace evotoken::model {
namespace {

constexpr std::int64_t kNarrowRows = 128;
constexpr std::size_t kAlignmentBytes = 64;

/// MKL's C interface ("cblas_?gemm_pack" in its reference), with 32-bit integers as LibTorch links
/// it. There is no header of it in the wheel, so what is used is declared here.
struct Mkl {
  static constexpr int kRowMajor = 101;
  static constexpr int kNoTranspose = 111;
  static constexpr int kTranspose = 112;
  static constexpr int kPacked = 151;
  static constexpr int kMatrixB = 162;

  std::size_t (*pack_size)(int matrix, int m, int n, int k) = nullptr;
  void (*pack)(int layout, int matrix, int transpose, int m, int n, int k, float alpha,
               const float* from, int ld, float* to) = nullptr;
  void (*compute)(int layout, int transpose_a, int transpose_b, int m, int n, int k, const float* a,
                  int lda, const float* b, int ldb, float beta, float* c, int ldc) = nullptr;

  bool complete() const { return pack_size != nullptr && pack != nullptr && compute != nullptr; }
};

/// What the LibTorch of this process has of it.
const Mkl& mkl() {
  static const Mkl found = [] {
    Mkl functions;
    if (!at::hasMKL()) return functions;
    void* const library = dlopen("libtorch_cpu.so", RTLD_NOLOAD | RTLD_LAZY);
    if (library == nullptr) return functions;
    const auto find = [&](auto& function, const char* name) {
      function =
          reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(library, name));
    };
    find(functions.pack_size, "cblas_sgemm_pack_get_size");
    find(functions.pack, "cblas_sgemm_pack");
    find(functions.compute, "cblas_sgemm_compute");
    return functions;
  }();
  return found;
}

struct Free {
  void operator()(float* memory) const { std::free(memory); }
};

struct Panel {
  std::once_flag packing;
  std::unique_ptr<float, Free> packed;
};

int as_int(std::int64_t value) { return static_cast<int>(value); }

/// MKL asks for several times what it writes; what it does not write is never backed by memory.
std::unique_ptr<float, Free> pack(const float* rows, std::int64_t count, std::int64_t width) {
  const int n = as_int(count);
  const int k = as_int(width);
  const std::size_t size = mkl().pack_size(Mkl::kMatrixB, as_int(kNarrowRows), n, k);
  const std::size_t whole = (size + kAlignmentBytes - 1) / kAlignmentBytes * kAlignmentBytes;
  std::unique_ptr<float, Free> packed(
      static_cast<float*>(std::aligned_alloc(kAlignmentBytes, whole)));
  if (packed == nullptr) throw std::bad_alloc();
  mkl().pack(Mkl::kRowMajor, Mkl::kMatrixB, Mkl::kTranspose, as_int(kNarrowRows), n, k, 1.0F, rows,
             k, packed.get());
  return packed;
}

}  // namespace

struct PackedWeight::Panels {
  std::once_flag making;
  std::vector<Panel> panels;  // all there, and empty, once made
};

PackedWeight::PackedWeight() : panels_(std::make_unique<Panels>()) {}
PackedWeight::~PackedWeight() = default;

bool PackedWeight::pays(const at::Tensor& x) {
  return x.size(0) <= kNarrowRows && x.is_cpu() && x.scalar_type() == at::kFloat &&
         x.is_contiguous() && c10::InferenceMode::is_enabled() && mkl().complete();
}

void PackedWeight::multiply_panel(const at::Tensor& weight, std::int64_t first, const at::Tensor& x,
                                  const at::Tensor& y) {
  const std::int64_t out = weight.size(0);
  const std::int64_t width = weight.size(1);
  const std::int64_t count = std::min(kPanelRows, out - first);
  std::call_once(panels_->making, [&] {
    panels_->panels =
        std::vector<Panel>(static_cast<std::size_t>((out + kPanelRows - 1) / kPanelRows));
  });
  Panel& panel = panels_->panels[static_cast<std::size_t>(first / kPanelRows)];
  std::call_once(panel.packing, [&] {
    panel.packed = pack(weight.const_data_ptr<float>() + first * weight.stride(0), count, width);
  });
  mkl().compute(Mkl::kRowMajor, Mkl::kNoTranspose, Mkl::kPacked, as_int(x.size(0)), as_int(count),
                as_int(width), x.const_data_ptr<float>(), as_int(width), panel.packed.get(),
                as_int(width), 0.0F, y.mutable_data_ptr<float>(), as_int(y.stride(0)));
}

at::Tensor PackedWeight::multiply(const at::Tensor& weight, const at::Tensor& x) {
  at::Tensor y = at::empty({x.size(0), weight.size(0)}, x.options());
  for (std::int64_t first = 0; first < weight.size(0); first += kPanelRows) {
    multiply_panel(weight, first, x,
                   y.narrow(1, first, std::min(kPanelRows, weight.size(0) - first)));
  }
  return y;
}

}  // namespace evotoken::model
