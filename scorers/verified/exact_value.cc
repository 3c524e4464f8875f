#include "scorers/verified/exact_value.h"

#include <algorithm>
#include <functional>
#include <vector>

namespace evotoken::scorers::verified {
namespace {

constexpr std::size_t kMaxBits = 20000;
constexpr unsigned long kMaxFactorial = 1500;  // about 13,700 bits

std::size_t bits(const mpq_class& value) {
  return mpz_sizeinbase(value.get_num_mpz_t(), 2) + mpz_sizeinbase(value.get_den_mpz_t(), 2);
}

using Value = std::optional<mpq_class>;

Value power(const mpq_class& base, const mpq_class& exponent) {
  if (exponent.get_den() != 1) return std::nullopt;
  if (base == 0) return exponent > 0 ? Value(0) : exponent == 0 ? Value(1) : std::nullopt;
  if (base == 1) return base;
  if (base == -1) return mpz_odd_p(exponent.get_num_mpz_t()) ? Value(-1) : Value(1);
  const mpz_class size = abs(exponent.get_num());
  if (!size.fits_ulong_p() || size > kMaxBits || size * bits(base) > kMaxBits) {
    return std::nullopt;
  }
  mpq_class result;
  mpz_pow_ui(result.get_num_mpz_t(), base.get_num_mpz_t(), size.get_ui());
  mpz_pow_ui(result.get_den_mpz_t(), base.get_den_mpz_t(), size.get_ui());
  if (exponent < 0) mpq_inv(result.get_mpq_t(), result.get_mpq_t());
  return result;
}

/// Perfect roots only; the real one of a negative number and an odd index.
Value root(const mpq_class& radicand, const mpq_class& index) {
  if (index.get_den() != 1 || index < 1 || index > 64) return std::nullopt;
  const unsigned long n = index.get_num().get_ui();
  if (radicand < 0 && n % 2 == 0) return std::nullopt;
  mpq_class result;
  if (mpz_root(result.get_num_mpz_t(), radicand.get_num_mpz_t(), n) == 0) return std::nullopt;
  if (mpz_root(result.get_den_mpz_t(), radicand.get_den_mpz_t(), n) == 0) return std::nullopt;
  return result;
}

bool is_small_natural(const mpq_class& value) {
  return value.get_den() == 1 && value >= 0 && value <= kMaxFactorial;
}

mpz_class floor_of(const mpq_class& value) {
  mpz_class whole;
  mpz_fdiv_q(whole.get_mpz_t(), value.get_num_mpz_t(), value.get_den_mpz_t());
  return whole;
}

Value one_argument(const std::string& name, const mpq_class& x) {
  if (name == "abs") return mpq_class(abs(x));
  if (name == "floor") return mpq_class(floor_of(x));
  if (name == "ceil") return mpq_class(-floor_of(-x));
  if (name == "factorial") {
    if (!is_small_natural(x)) return std::nullopt;
    mpz_class result;
    mpz_fac_ui(result.get_mpz_t(), x.get_num().get_ui());
    return mpq_class(result);
  }
  return std::nullopt;
}

Value many_arguments(const std::string& name, const std::vector<mpq_class>& args) {
  if (name == "max") return *std::max_element(args.begin(), args.end());
  if (name == "min") return *std::min_element(args.begin(), args.end());
  const bool whole = std::all_of(args.begin(), args.end(),
                                 [](const mpq_class& arg) { return arg.get_den() == 1; });
  if (!whole) return std::nullopt;
  if (name == "binomial" && args.size() == 2 && is_small_natural(args[0]) &&
      is_small_natural(args[1])) {
    mpz_class result;
    mpz_bin_uiui(result.get_mpz_t(), args[0].get_num().get_ui(), args[1].get_num().get_ui());
    return mpq_class(result);
  }
  if (name != "gcd" && name != "lcm") return std::nullopt;
  mpz_class result = abs(args[0].get_num());
  for (const mpq_class& arg : args) {
    result = name == "gcd" ? mpz_class(gcd(result, arg.get_num()))
                           : mpz_class(lcm(result, arg.get_num()));
  }
  return mpq_class(result);
}

Value function(const std::string& name, const std::vector<mpq_class>& args) {
  const Value value = args.size() == 1 ? one_argument(name, args[0]) : std::nullopt;
  return value ? value : many_arguments(name, args);
}

Value combine(const Node& node, std::vector<mpq_class>& args) {
  switch (node.kind) {
    case Kind::kAdd:
      for (std::size_t i = 1; i < args.size(); ++i) args[0] += args[i];
      return args[0];
    case Kind::kMultiply:
      for (std::size_t i = 1; i < args.size(); ++i) args[0] *= args[i];
      return args[0];
    case Kind::kDivide:
      if (args[1] == 0) return std::nullopt;
      return mpq_class(args[0] / args[1]);
    case Kind::kNegate:
      return mpq_class(-args[0]);
    case Kind::kPower:
      return power(args[0], args[1]);
    case Kind::kRoot:
      return root(args[0], args[1]);
    case Kind::kFunction:
      return function(node.name, args);
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<mpq_class> exact_value(const Node& node, Budget& budget) {
  budget.spend(1);
  if (node.kind == Kind::kNumber) return node.number;
  if (node.args.empty()) return std::nullopt;
  std::vector<mpq_class> args;
  args.reserve(node.args.size());
  for (const NodePtr& arg : node.args) {
    Value value = exact_value(*arg, budget);
    if (!value) return std::nullopt;
    args.push_back(std::move(*value));
  }
  Value result = combine(node, args);
  if (result && bits(*result) > kMaxBits) return std::nullopt;
  return result;
}

}  // namespace evotoken::scorers::verified
