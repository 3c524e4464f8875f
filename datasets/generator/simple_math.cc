// Fractions and simple expressions in MATH500's format: what the built-in model is trained on and
// asked.
#include <fmt/format.h>

#include <array>
#include <string>

#include "datasets/generator/generator.h"
#include "datasets/generator/math_problem.h"

namespace evotoken::datasets::generator {
namespace {

using nlohmann::ordered_json;

ordered_json linear_equation(Random& random) {
  constexpr std::array kPrimes = {5, 7, 11, 13};
  const int difference = random.pick(kPrimes);
  const int right = random.between(2, 6);
  const int left = right + difference;
  const int constant = random.between(1, 9);
  // Neither a multiple of the prime nor negative: a proper fraction in lowest terms.
  const int numerator = random.between(1, difference - 1) + difference * random.between(0, 2);
  return row(
      {fmt::format("Solve for $x$: ${}x + {} = {}x + {}$. Express your answer as a common "
                   "fraction.",
                   left, constant, right, constant + numerator),
       fmt::format("On the left remain ${} - {} = {}$ times $x$, on the right ${} - {} = {}$, so "
                   "$x$ is",
                   left, right, difference, constant + numerator, constant, numerator),
       fraction(numerator, difference),
       "Algebra",
       2,
       {fmt::format("{}*GOLD + {} = {}*GOLD + {}", left, constant, right, constant + numerator)}});
}

ordered_json arithmetic_sequence(Random& random) {
  const int first = random.between(2, 30);
  const int step = random.between(3, 9);
  const int count = random.between(6, 13);
  const int steps = (count - 1) * step;
  return row(
      {fmt::format("An arithmetic sequence starts with ${}$ and each term is ${}$ larger "
                   "than the one before. What is its term number ${}$?",
                   first, step, count),
       fmt::format(
           "The ${} - 1 = {}$ steps add ${} \\cdot {} = {}$. The term is ${} + {} = {}$, that is",
           count, count - 1, count - 1, step, steps, first, steps, first + steps),
       fmt::format("{}", first + steps),
       "Intermediate Algebra",
       3,
       {fmt::format("GOLD = {} + {}*({} - 1)", first, step, count)}});
}

ordered_json fraction_sum(Random& random) {
  constexpr std::array kPrimes = {7, 11, 13, 17, 19};
  const int denominator = random.pick(kPrimes);
  const int first = random.between(1, denominator - 1);
  const int second = random.between(1, denominator - 1);
  const int sum = first + second;
  if (sum == denominator) return fraction_sum(random);
  return row({fmt::format("What is $\\frac{{{0}}}{{{2}}} + \\frac{{{1}}}{{{2}}}$? Express your "
                          "answer as a common fraction.",
                          first, second, denominator),
              fmt::format("${} + {} = {}$, that is", first, second, sum),
              fraction(sum, denominator),
              "Prealgebra",
              1,
              {fmt::format("GOLD = {0}/{2} + {1}/{2}", first, second, denominator)}});
}

ordered_json fraction_product(Random& random) {
  // No numerator has a factor in common with a denominator.
  constexpr std::array kNumerators = {2, 4, 5, 7, 8, 10};
  constexpr std::array kDenominators = {3, 9, 11, 13};
  const int a = random.pick(kNumerators);
  const int b = random.pick(kDenominators);
  const int c = random.pick(kNumerators);
  const int d = random.pick(kDenominators);
  return row({fmt::format("What is $\\frac{{{}}}{{{}}} \\cdot \\frac{{{}}}{{{}}}$? Express your "
                          "answer as a common fraction.",
                          a, b, c, d),
              fmt::format("${} \\cdot {} = {}$ and ${} \\cdot {} = {}$, that is", a, c, a * c, b, d,
                          b * d),
              fraction(a * c, b * d),
              "Prealgebra",
              1,
              {fmt::format("GOLD = ({}/{})*({}/{})", a, b, c, d)}});
}

ordered_json fraction_of(Random& random) {
  const int denominator = random.between(3, 9);
  const int numerator = random.between(2, denominator - 1);
  const int part = random.between(2, 11);
  return row({fmt::format("What is $\\frac{{{}}}{{{}}}$ of ${}$?", numerator, denominator,
                          denominator * part),
              fmt::format("${} / {} = {}$ and ${} \\cdot {} = {}$, that is", denominator * part,
                          denominator, part, part, numerator, part * numerator),
              fmt::format("{}", part * numerator),
              "Prealgebra",
              1,
              {fmt::format("GOLD = {}/{}*{}", numerator, denominator, denominator * part)}});
}

ordered_json value_of_expression(Random& random) {
  const int factor = random.between(2, 9);
  const int x = random.between(2, 9);
  const int constant = random.between(1, 60);
  return row({fmt::format("If $x = {}$, what is the value of ${}x + {}$?", x, factor, constant),
              fmt::format("${} \\cdot {} = {}$ and ${} + {} = {}$, that is", factor, x, factor * x,
                          factor * x, constant, factor * x + constant),
              fmt::format("{}", factor * x + constant),
              "Algebra",
              1,
              {fmt::format("GOLD = {}*{} + {}", factor, x, constant)}});
}

ordered_json product_before_sum(Random& random) {
  const int first = random.between(1, 60);
  const int second = random.between(2, 9);
  const int third = random.between(2, 9);
  const int product = second * third;
  return row({fmt::format("Compute ${} + {} \\cdot {}$.", first, second, third),
              fmt::format("${} \\cdot {} = {}$ and ${} + {} = {}$, that is", second, third, product,
                          first, product, first + product),
              fmt::format("{}", first + product),
              "Prealgebra",
              1,
              {fmt::format("GOLD = {} + {}*{}", first, second, third)}});
}

ordered_json brackets_first(Random& random) {
  const int factor = random.between(2, 9);
  const int inner = random.between(2, 9);
  const int second = random.between(1, 40);
  return row({fmt::format("Compute ${} \\cdot ({} - {})$.", factor, inner + second, second),
              fmt::format("${} - {} = {}$ and ${} \\cdot {} = {}$, that is", inner + second, second,
                          inner, factor, inner, factor * inner),
              fmt::format("{}", factor * inner),
              "Prealgebra",
              1,
              {fmt::format("GOLD = {}*({} - {})", factor, inner + second, second)}});
}

ordered_json whole_solution(Random& random) {
  const int factor = random.between(2, 9);
  const int x = random.between(2, 9);
  const int constant = random.between(1, 30);
  const int right = factor * x + constant;
  return row({fmt::format("Solve for $x$: ${}x + {} = {}$.", factor, constant, right),
              fmt::format("${} - {} = {}$ and ${} / {} = {}$, that is", right, constant, factor * x,
                          factor * x, factor, x),
              fmt::format("{}", x),
              "Algebra",
              1,
              {fmt::format("{}*GOLD + {} = {}", factor, constant, right)}});
}

ordered_json perimeter(Random& random) {
  const int width = random.between(2, 40);
  const int height = random.between(2, 40);
  return row({fmt::format("The sides of a rectangle are ${}$ and ${}$. What is its perimeter?",
                          width, height),
              fmt::format("${} + {} = {}$ and $2 \\cdot {} = {}$, that is", width, height,
                          width + height, width + height, 2 * (width + height)),
              fmt::format("{}", 2 * (width + height)),
              "Geometry",
              1,
              {fmt::format("GOLD = 2*({} + {})", width, height)}});
}

constexpr std::array kTemplates = {
    linear_equation,     arithmetic_sequence, fraction_sum,   fraction_product, fraction_of,
    value_of_expression, product_before_sum,  brackets_first, whole_solution,   perimeter};

}  // namespace

Rows make_simple_math() { return make_rows(kTemplates, 4, 1005); }

ordered_json random_math500(Random& random) { return random.pick(kTemplates)(random); }

}  // namespace evotoken::datasets::generator
