// Operator precedence with two explicit stacks, so that no input can exhaust the call stack.
// Python's grammar (reference, "Expressions"): + - | * / // | unary + - | **, where ** groups to
// the right and binds tighter than a sign on its left, but less tightly than one on its right
// (-2**2 is -4, 2**-1 is 0.5). The expression is evaluated while it is read: a syntax error further
// on and an exception at run time are both "nothing".
#include "scorers/reference/python_expression.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "scorers/reference/python_literals.h"

namespace evotoken::scorers::reference {
namespace {

// In the order of BinaryOperator where both have the operator.
enum class Operator : std::uint8_t {
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kFloorDivide,
  kPower,
  kPlusSign,
  kMinusSign,
  kOpenBracket,
};

int precedence(Operator op) {
  switch (op) {
    case Operator::kOpenBracket:
      return 0;
    case Operator::kAdd:
    case Operator::kSubtract:
      return 1;
    case Operator::kMultiply:
    case Operator::kDivide:
    case Operator::kFloorDivide:
      return 2;
    case Operator::kPlusSign:
    case Operator::kMinusSign:
      return 3;
    case Operator::kPower:
      return 4;
  }
  return 0;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Evaluator {
 public:
  explicit Evaluator(std::string_view text) : rest_(text) {}

  std::optional<Number> run() {
    bool want_operand = true;
    while (skip_spaces(), !rest_.empty()) {
      const bool done = want_operand ? read_operand(want_operand) : read_operator(want_operand);
      if (!done) return std::nullopt;
    }
    if (want_operand || nesting_ > 0 || !reduce_while_at_least(1)) return std::nullopt;
    return std::move(values_.back());
  }

 private:
  // White space inside a line; a line break (which any of \n, \r, \r\n is) only inside brackets.
  void skip_spaces() {
    const std::size_t next = rest_.find_first_not_of(nesting_ > 0 ? " \t\f\n\r" : " \t\f");
    rest_.remove_prefix(next == std::string_view::npos ? rest_.size() : next);
  }

  bool accept(std::string_view token) {
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  bool push(Operator op) {
    if (op != Operator::kOpenBracket && ++operators_read_ > kMaxOperators) return false;
    operators_.push_back(op);
    return true;
  }

  // A sign or an opening bracket leaves the operand still to come, a number fills its place.
  bool read_operand(bool& want_operand) {
    if (accept("-")) return push(Operator::kMinusSign);
    if (accept("+")) return push(Operator::kPlusSign);
    if (accept("(")) return ++nesting_ <= kMaxNesting && push(Operator::kOpenBracket);
    want_operand = false;
    return read_number();
  }

  // A bracket after an operand would be a call, which no number takes: TypeError.
  bool read_operator(bool& want_operand) {
    if (accept(")")) return close_bracket();
    want_operand = true;
    if (accept("**")) return push(Operator::kPower);  // groups to the right: reduces nothing
    if (accept("//")) return push_after_reducing(Operator::kFloorDivide);
    if (accept("*")) return push_after_reducing(Operator::kMultiply);
    if (accept("/")) return push_after_reducing(Operator::kDivide);
    if (accept("+")) return push_after_reducing(Operator::kAdd);
    if (accept("-")) return push_after_reducing(Operator::kSubtract);
    return false;
  }

  bool push_after_reducing(Operator op) {
    return reduce_while_at_least(precedence(op)) && push(op);
  }

  bool close_bracket() {
    if (nesting_ == 0 || !reduce_while_at_least(1)) return false;
    operators_.pop_back();
    --nesting_;
    return true;
  }

  bool reduce_while_at_least(int least) {
    while (!operators_.empty() && precedence(operators_.back()) >= least) {
      if (!reduce()) return false;
    }
    return true;
  }

  bool reduce() {
    const Operator op = operators_.back();
    operators_.pop_back();
    if (op == Operator::kPlusSign) return true;
    if (op == Operator::kMinusSign) {
      values_.back() = negate(values_.back());
      return true;
    }
    const Number right = std::move(values_.back());
    values_.pop_back();
    std::optional<Number> result = apply(static_cast<BinaryOperator>(op), values_.back(), right);
    if (!result) return false;
    values_.back() = std::move(*result);
    return true;
  }

  std::size_t count_digits(std::size_t from) const {
    std::size_t end = from;
    while (end < rest_.size() && is_digit(rest_[end])) ++end;
    return end - from;
  }

  // `7`, `000`, `7.`, `.7`, `007.5`; not `.` and not `007`.
  bool read_number() {
    const std::size_t whole = count_digits(0);
    if (whole == rest_.size() || rest_[whole] != '.') return read_integer(whole);
    const std::size_t length = whole + 1 + count_digits(whole + 1);
    if (length == 1) return false;
    const std::optional<double> value = parse_float(rest_.substr(0, length));
    if (!value) return false;
    values_.emplace_back(*value);
    rest_.remove_prefix(length);
    return true;
  }

  bool read_integer(std::size_t length) {
    const std::string digits(rest_.substr(0, length));
    if (digits.empty() || digits.size() > kMaxIntegerDigits) return false;
    const bool is_zero = digits.find_first_not_of('0') == std::string::npos;
    if (digits.front() == '0' && !is_zero) return false;
    values_.emplace_back(mpz_class(digits, 10));
    rest_.remove_prefix(length);
    return true;
  }

  std::string_view rest_;
  std::vector<Number> values_;
  std::vector<Operator> operators_;
  std::size_t nesting_ = 0;
  std::size_t operators_read_ = 0;
};

}  // namespace

std::optional<Number> evaluate_expression(std::string_view text) { return Evaluator(text).run(); }

}  // namespace evotoken::scorers::reference
