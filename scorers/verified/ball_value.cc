#include "scorers/verified/ball_value.h"

#include <acb_hypgeom.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "scorers/verified/exact_value.h"

namespace evotoken::scorers::verified {
namespace {

constexpr slong kMaxExponent = 1000000;
using Value = std::optional<Ball>;

using UnaryFunction = void (*)(acb_t, const acb_t, slong);
constexpr std::array<std::pair<std::string_view, UnaryFunction>, 19> kFunctions = {{
    {"sin", acb_sin},       {"cos", acb_cos},       {"tan", acb_tan},       {"cot", acb_cot},
    {"sec", acb_sec},       {"csc", acb_csc},       {"arcsin", acb_asin},   {"arccos", acb_acos},
    {"arctan", acb_atan},   {"sinh", acb_sinh},     {"cosh", acb_cosh},     {"tanh", acb_tanh},
    {"coth", acb_coth},     {"ln", acb_log},        {"log", acb_log},       {"exp", acb_exp},
    {"arcsinh", acb_asinh}, {"arccosh", acb_acosh}, {"arctanh", acb_atanh},
}};

class Evaluator {
 public:
  Evaluator(const EvaluationPoint& point, Budget& budget)
      : point_(point), precision_(point.precision_bits), budget_(budget) {}

  Value run(const Node& node) {
    budget_.spend(2 + precision_ / 256);
    Value value = leaf_or_node(node);
    if (!value || !value->is_finite()) return std::nullopt;
    const slong exponent =
        std::max(arf_abs_bound_lt_2exp_si(arb_midref(value->real())),
                 arf_abs_bound_lt_2exp_si(arb_midref(acb_imagref(value->get()))));
    if (exponent > kMaxExponent) throw LimitReached{};
    return value;
  }

 private:
  Value leaf_or_node(const Node& node) {
    Ball ball;
    switch (node.kind) {
      case Kind::kNumber:
        return Ball(node.number, precision_);
      case Kind::kPi:
        acb_const_pi(ball.get(), precision_);
        return ball;
      case Kind::kE:
        acb_one(ball.get());
        acb_exp(ball.get(), ball.get(), precision_);
        return ball;
      case Kind::kI:
        acb_onei(ball.get());
        return ball;
      case Kind::kSymbol:
      case Kind::kText: {
        const auto found = point_.variables.find(node.name);
        if (found == point_.variables.end()) return std::nullopt;
        return Ball(found->second, precision_);
      }
      case Kind::kPower:
        return power(*node.args[0], *node.args[1]);
      case Kind::kRoot:
        return root(*node.args[0], *node.args[1]);
      case Kind::kFunction:
        return function(node);
      case Kind::kAdd:
      case Kind::kMultiply:
      case Kind::kDivide:
      case Kind::kNegate:
        return arithmetic(node);
      default:
        return std::nullopt;
    }
  }

  Value arithmetic(const Node& node) {
    Value total = run(*node.args[0]);
    if (!total) return std::nullopt;
    if (node.kind == Kind::kNegate) acb_neg(total->get(), total->get());
    for (std::size_t i = 1; i < node.args.size(); ++i) {
      const Value next = run(*node.args[i]);
      if (!next) return std::nullopt;
      if (node.kind == Kind::kAdd) acb_add(total->get(), total->get(), next->get(), precision_);
      if (node.kind == Kind::kMultiply)
        acb_mul(total->get(), total->get(), next->get(), precision_);
      if (node.kind == Kind::kDivide) {
        if (acb_contains_zero(next->get()) != 0) return std::nullopt;
        acb_div(total->get(), total->get(), next->get(), precision_);
      }
    }
    return total;
  }

  static bool is_negative_real(const Ball& ball) {
    return ball.is_real() && arb_is_negative(ball.real()) != 0;
  }

  /// Is the magnitude of base^exponent within bounds? Asked before it is computed.
  static void check_size(const Ball& base, const mpz_class& exponent) {
    slong bits = 1;
    for (arb_srcptr part : {acb_realref(base.get()), acb_imagref(base.get())}) {
      if (arf_is_special(arb_midref(part)) != 0) continue;
      bits = std::max(bits, std::abs(arf_abs_bound_lt_2exp_si(arb_midref(part))));
    }
    if (abs(exponent) * bits > kMaxExponent) throw LimitReached{};
  }

  Value power(const Node& base_node, const Node& exponent_node) {
    Value base = run(base_node);
    if (!base) return std::nullopt;
    const std::optional<mpq_class> exponent = exact_value(exponent_node, budget_);
    if (exponent && exponent->get_den() == 1) return whole_power(std::move(*base), *exponent);
    const Value general = run(exponent_node);
    if (!general) return std::nullopt;
    if (acb_contains_zero(base->get()) != 0) return zero_power(*base, exponent);
    budget_.spend(cost());
    const bool odd_root = exponent && mpz_odd_p(exponent->get_den_mpz_t()) != 0;
    if (odd_root && is_negative_real(*base)) {
      acb_neg(base->get(), base->get());
      acb_pow(base->get(), base->get(), general->get(), precision_);
      if (mpz_odd_p(exponent->get_num_mpz_t()) != 0) acb_neg(base->get(), base->get());
      return base;
    }
    acb_pow(base->get(), base->get(), general->get(), precision_);
    return base;
  }

  Value whole_power(Ball base, const mpq_class& exponent) {
    if (acb_contains_zero(base.get()) != 0 && exponent < 0) return std::nullopt;
    const bool unit = acb_is_one(base.get()) != 0 || acb_is_zero(base.get()) != 0;
    if (!unit) check_size(base, exponent.get_num());
    budget_.spend(cost() / 4);
    fmpz_t power;
    fmpz_init(power);
    fmpz_set_mpz(power, exponent.get_num_mpz_t());
    acb_pow_fmpz(base.get(), base.get(), power, precision_);
    fmpz_clear(power);
    return base;
  }

  static Value zero_power(const Ball& base, const std::optional<mpq_class>& exponent) {
    if (acb_is_zero(base.get()) == 0 || !exponent || *exponent <= 0) return std::nullopt;
    return base;
  }

  Value root(const Node& radicand_node, const Node& index_node) {
    Value radicand = run(radicand_node);
    const std::optional<mpq_class> index = exact_value(index_node, budget_);
    if (!radicand) return std::nullopt;
    budget_.spend(cost());
    if (!index || index->get_den() != 1 || *index < 1 || *index > 1000) {
      const NodePtr one = make_number(1);
      const Node inverse{Kind::kDivide, {}, {}, {one, std::make_shared<const Node>(index_node)}, 0};
      return power(radicand_node, inverse);
    }
    const unsigned long n = index->get_num().get_ui();
    if (n % 2 == 1 && is_negative_real(*radicand)) {
      acb_neg(radicand->get(), radicand->get());
      acb_root_ui(radicand->get(), radicand->get(), n, precision_);
      acb_neg(radicand->get(), radicand->get());
    } else {
      acb_root_ui(radicand->get(), radicand->get(), n, precision_);
    }
    return radicand;
  }

  Value function(const Node& node) {
    if (const auto exact = exact_value(node, budget_)) return Ball(*exact, precision_);
    std::vector<Ball> args;
    for (const NodePtr& arg : node.args) {
      Value value = run(*arg);
      if (!value) return std::nullopt;
      args.push_back(std::move(*value));
    }
    if (args.empty()) return std::nullopt;
    budget_.spend(cost());
    if (node.name == "binomial") return binomial(args[0], *node.args[1]);
    if (node.name == "log" && args.size() == 2) return logarithm(args[0], args[1]);
    if (args.size() > 1) return many_arguments(node.name, args);
    return one_argument(node.name, args[0]);
  }

  Value one_argument(const std::string& name, Ball& x) {
    if (name == "abs") {
      Ball result;
      acb_abs(result.real(), x.get(), precision_);
      return result;
    }
    if (name == "floor" || name == "ceil") {
      if (!x.is_real()) return std::nullopt;
      (name == "floor" ? arb_floor : arb_ceil)(x.real(), x.real(), precision_);
      return x;
    }
    if (name == "factorial") {
      acb_add_ui(x.get(), x.get(), 1, precision_);
      return gamma(x);
    }
    const auto* found = std::find_if(kFunctions.begin(), kFunctions.end(),
                                     [&](const auto& entry) { return entry.first == name; });
    if (found == kFunctions.end()) return std::nullopt;
    if (acb_contains_zero(x.get()) != 0 && (name == "ln" || name == "log")) return std::nullopt;
    // Arb reduces huge arguments with as many bits as they have.
    if (arf_abs_bound_lt_2exp_si(arb_midref(x.real())) > 4096) throw LimitReached{};
    Ball result;
    found->second(result.get(), x.get(), precision_);
    return result;
  }

  /// Only for moderate arguments: the time of a gamma function grows with them.
  Value gamma(const Ball& x) {
    if (arf_abs_bound_lt_2exp_si(arb_midref(x.real())) > 16) throw LimitReached{};
    budget_.spend(20 * cost());
    Ball result;
    acb_gamma(result.get(), x.get(), precision_);
    return result;
  }

  /// n over k for a known whole k, as the polynomial in n that it is.
  Value binomial(const Ball& n, const Node& k_node) {
    constexpr long kMaxFactors = 64;
    const auto k = exact_value(k_node, budget_);
    if (!k || k->get_den() != 1 || *k < 0 || *k > kMaxFactors) return std::nullopt;
    Ball product;
    acb_one(product.get());
    for (slong i = 0; i < k->get_num().get_si(); ++i) {
      Ball factor = n;
      acb_sub_si(factor.get(), factor.get(), i, precision_);
      acb_mul(product.get(), product.get(), factor.get(), precision_);
      acb_div_si(product.get(), product.get(), i + 1, precision_);
    }
    return product;
  }

  Value logarithm(const Ball& x, const Ball& base) {
    if (acb_contains_zero(x.get()) != 0 || acb_contains_zero(base.get()) != 0) return std::nullopt;
    Ball above;
    Ball below;
    acb_log(above.get(), x.get(), precision_);
    acb_log(below.get(), base.get(), precision_);
    if (acb_contains_zero(below.get()) != 0) return std::nullopt;
    acb_div(above.get(), above.get(), below.get(), precision_);
    return above;
  }

  Value many_arguments(const std::string& name, const std::vector<Ball>& args) {
    if (name != "max" && name != "min") return std::nullopt;
    Ball result = args[0];
    for (const Ball& arg : args) {
      if (!arg.is_real()) return std::nullopt;
      (name == "max" ? arb_max : arb_min)(result.real(), result.real(), arg.real(), precision_);
    }
    return result;
  }

  /// Of an elementary function, in units of the budget; measured on one core of 2020.
  slong cost() const { return 10 + precision_ / 8; }

  const EvaluationPoint& point_;
  const slong precision_;
  Budget& budget_;
};

/// Arb keeps what it has computed of constants, for each thread; one that ends gives it back.
struct ThreadCaches {
  ~ThreadCaches() { flint_cleanup(); }
};

}  // namespace

std::optional<Ball> evaluate(const Node& node, const EvaluationPoint& point, Budget& budget) {
  static thread_local const ThreadCaches kCaches;
  return Evaluator(point, budget).run(node);
}

}  // namespace evotoken::scorers::verified
