// A complex number between rigorous bounds: Arb's acb_t as a value.
#pragma once

// clang-format off: FLINT declares its conversions from GMP only behind GMP's header.
#include <acb.h>
#include <gmpxx.h>
// clang-format on

#include <utility>

namespace evotoken::scorers::verified {

class Ball {
 public:
  Ball() { acb_init(value_); }
  Ball(const Ball& other) {
    acb_init(value_);
    acb_set(value_, other.value_);
  }
  Ball(Ball&& other) noexcept {
    acb_init(value_);
    acb_swap(value_, other.value_);
  }
  Ball& operator=(Ball other) noexcept {
    acb_swap(value_, other.value_);
    return *this;
  }
  ~Ball() { acb_clear(value_); }

  /// The enclosure of a rational number with `precision` bits.
  Ball(const mpq_class& number, slong precision) {
    acb_init(value_);
    fmpq_t rational;
    fmpq_init(rational);
    fmpq_set_mpq(rational, number.get_mpq_t());
    acb_set_fmpq(value_, rational, precision);
    fmpq_clear(rational);
  }

  acb_ptr get() { return value_; }
  acb_srcptr get() const { return value_; }
  arb_ptr real() { return acb_realref(value_); }
  arb_srcptr real() const { return acb_realref(value_); }

  bool is_real() const { return acb_is_real(value_) != 0; }
  bool is_finite() const { return acb_is_finite(value_) != 0; }

 private:
  acb_t value_;
};

}  // namespace evotoken::scorers::verified
