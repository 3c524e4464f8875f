// Numbers of any element type as vectors of float32, exactly. Included by files that Highway
// compiles once per instruction set, as its own -inl.h files are.

#if defined(EVOTOKEN_LOAD_FLOATS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef EVOTOKEN_LOAD_FLOATS_INL_H_
#undef EVOTOKEN_LOAD_FLOATS_INL_H_
#else
#define EVOTOKEN_LOAD_FLOATS_INL_H_
#endif

#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>
#include <hwy/highway.h>

#include <cstdint>

HWY_BEFORE_NAMESPACE();
namespace evotoken::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <class D>
HWY_INLINE hn::Vec<D> LoadFloats(D d, const float* from) {
  return hn::LoadU(d, from);
}

/// bfloat16 is the upper half of a float32.
template <class D>
HWY_INLINE hn::Vec<D> LoadFloats(D d, const c10::BFloat16* from) {
  const hn::Rebind<std::uint16_t, D> halves;
  const hn::RebindToUnsigned<D> words;
  const auto bits = hn::LoadU(halves, reinterpret_cast<const std::uint16_t*>(from));
  return hn::BitCast(d, hn::ShiftLeft<16>(hn::PromoteTo(words, bits)));
}

template <class D>
HWY_INLINE hn::Vec<D> LoadFloats(D d, const c10::Half* from) {
  const hn::Rebind<hwy::float16_t, D> halves;
  return hn::PromoteTo(d, hn::LoadU(halves, reinterpret_cast<const hwy::float16_t*>(from)));
}

template <class D>
HWY_INLINE hn::Vec<D> LoadFloats(D d, const std::int8_t* from) {
  const hn::Rebind<std::int8_t, D> bytes;
  const hn::RebindToSigned<D> words;
  return hn::ConvertTo(d, hn::PromoteTo(words, hn::LoadU(bytes, from)));
}

}  // namespace evotoken::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
