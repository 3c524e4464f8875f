#include "scorers/verified/rational.h"

#include <charconv>
#include <cstdlib>

#include "scorers/verified/text.h"

namespace evotoken::scorers::verified {

mpq_class decimal_value(std::string_view digits, std::string_view decimals) {
  const std::string all = std::string(digits) + std::string(decimals);
  mpq_class value(mpz_class(all.empty() ? "0" : all, 10));
  if (decimals.empty()) return value;
  mpz_class scale;
  mpz_ui_pow_ui(scale.get_mpz_t(), 10, decimals.size());
  value /= scale;
  return value;
}

std::optional<mpq_class> parse_decimal(std::string_view text) {
  constexpr int kMaxExponent = 4096;
  text = trim(text);
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const std::size_t e = text.find_first_of("eE");
  int exponent = 0;
  if (e != std::string_view::npos) {
    std::string_view power = text.substr(e + 1);
    if (power.starts_with('+')) power.remove_prefix(1);
    const auto [end, error] = std::from_chars(power.data(), power.data() + power.size(), exponent);
    if (error != std::errc{} || end != power.data() + power.size()) return std::nullopt;
    if (exponent > kMaxExponent || exponent < -kMaxExponent) return std::nullopt;
    text = text.substr(0, e);
  }
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view decimals =
      point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
  if (whole.empty() && decimals.empty()) return std::nullopt;
  for (const std::string_view part : {whole, decimals}) {
    if (part.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
    if (part.size() > kMaxDigits) return std::nullopt;
  }
  mpq_class value = decimal_value(whole, decimals);
  mpz_class scale;
  mpz_ui_pow_ui(scale.get_mpz_t(), 10, static_cast<unsigned long>(std::abs(exponent)));
  if (exponent < 0) {
    value /= scale;
  } else {
    value *= scale;
  }
  if (negative) value = -value;
  return value;
}

std::string rational_text(const mpq_class& value) { return value.get_str(); }

}  // namespace evotoken::scorers::verified
