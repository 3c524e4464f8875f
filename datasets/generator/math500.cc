// Problems with varied kinds of answer in MATH500's format, for the graders' sake: what a small
// model learns is in simple_math.cc.
#include <fmt/format.h>

#include <cstdlib>
#include <iterator>
#include <string>
#include <utility>

#include "datasets/generator/generator.h"
#include "datasets/generator/math_problem.h"

namespace evotoken::datasets::generator {
namespace {

using nlohmann::ordered_json;

/// A factor behind a sign: "3" or "(-3)".
std::string factor(int value) {
  return value < 0 ? fmt::format("({})", value) : fmt::format("{}", value);
}

/// A value from [-high, high] whose magnitude is at least 2: a coefficient 1 would not be written.
int coefficient(Random& random, int high) {
  const int value = random.between(2, high);
  return random.between(0, 1) == 0 ? value : -value;
}

ordered_json expand_product(Random& random) {
  const int scale = random.between(2, 5);
  const int first = coefficient(random, 7);
  int second = coefficient(random, 7);
  while (first + scale * second == 0) second = coefficient(random, 9);
  const int middle = first + scale * second;
  const std::string linear = std::abs(middle) == 1 ? "" : fmt::format("{}", std::abs(middle));
  return row(
      {fmt::format("Expand the product $({}x {})(x {})$.", scale, signed_term(first),
                   signed_term(second)),
       fmt::format("The linear terms have ${} \\cdot {} = {}$ and ${}$, together ${} {} = {}$. The "
                   "constants give ${} \\cdot {} = {}$. The product is",
                   scale, factor(second), scale * second, first, scale * second, signed_term(first),
                   middle, first, factor(second), first * second),
       fmt::format("{}x^2 {} {}x {}", scale, middle < 0 ? '-' : '+', linear,
                   signed_term(first * second)),
       "Algebra",
       1,
       {fmt::format("GOLD = ({}*x + ({}))*(x + ({}))", scale, first, second)}});
}

ordered_json least_multiple(Random& random) {
  const int common = random.between(2, 9);
  const int first = random.between(2, 5);
  const int second = first + random.between(1, 4);
  if (std::gcd(first, second) != 1) return least_multiple(random);
  return row(
      {fmt::format("What is the least common multiple of ${}$ and ${}$?", common * first,
                   common * second),
       fmt::format("The greatest common divisor is ${}$, and ${} / {} = {}$. The least common "
                   "multiple is ${} \\cdot {} = {}$, that is",
                   common, common * first, common, first, common * second, first,
                   common * first * second),
       fmt::format("{}", common * first * second),
       "Number Theory",
       3,
       {fmt::format("GOLD = {}*{}/{}", common * first, common * second, common)}});
}

ordered_json distance(Random& random) {
  // Legs k·p and k·q with p² + q² free of squares: the distance is k√(p² + q²).
  struct Legs {
    int across, up, radicand;
  };
  constexpr std::array kLegs = {Legs{1, 2, 5}, Legs{2, 3, 13}, Legs{1, 4, 17}, Legs{1, 3, 10}};
  const Legs& legs = random.pick(kLegs);
  const int scale = random.between(2, 3);
  const int x = random.between(0, 9);
  const int y = random.between(0, 9);
  const int across = scale * legs.across;
  const int up = scale * legs.up;
  return row(
      {fmt::format("What is the distance between the points $({},{})$ and $({},{})$ in the "
                   "plane? Express your answer in simplest radical form.",
                   x, y, x + across, y + up),
       fmt::format("The coordinates differ by ${} - {} = {}$ and ${} - {} = {}$. The squares "
                   "add up to ${} + {} = {}$. Its root is",
                   x + across, x, across, y + up, y, up, across * across, up * up,
                   across * across + up * up),
       fmt::format("{}\\sqrt{{{}}}", scale, legs.radicand),
       "Geometry",
       3,
       {fmt::format("GOLD^2 = {}^2 + {}^2", across, up)}});
}

ordered_json quadratic_inequality(Random& random) {
  const int low = random.between(-9, 4);
  const int high = low + random.between(2, 9);
  if (low + high == 0 || low * high == 0) return quadratic_inequality(random);
  return row({fmt::format("For which real $x$ is $x^2 {} {}x {} \\le 0$? Express your answer in "
                          "interval notation.",
                          low + high < 0 ? '+' : '-',
                          std::abs(low + high) == 1 ? "" : fmt::format("{}", std::abs(low + high)),
                          signed_term(low * high)),
              fmt::format("The zeros add up to ${} {} = {}$ and multiply to ${} \\cdot {} = {}$. "
                          "Between them the left side is not positive:",
                          low, signed_term(high), low + high, low, factor(high), low * high),
              fmt::format("[{},{}]", low, high),
              "Intermediate Algebra",
              3,
              {fmt::format("GOLD1^2 - ({0})*GOLD1 + ({1}) = 0", low + high, low * high),
               fmt::format("GOLD2^2 - ({0})*GOLD2 + ({1}) = 0", low + high, low * high),
               "GOLD1 < GOLD2"}});
}

ordered_json midpoint(Random& random) {
  const int x = random.between(-9, 9);
  const int y = random.between(-9, 9);
  const int across = random.between(1, 8);
  const int up = random.between(1, 8);
  return row(
      {fmt::format("What is the midpoint of the segment from $({},{})$ to $({},{})$? Express "
                   "your answer as an ordered pair $(x,y)$.",
                   x - across, y - up, x + across, y + up),
       fmt::format("The sums of the coordinates are ${} {} = {}$ and ${} {} = {}$. Halves of them "
                   "make",
                   x - across, signed_term(x + across), 2 * x, y - up, signed_term(y + up), 2 * y),
       fmt::format("({},{})", x, y),
       "Prealgebra",
       2,
       {fmt::format("2*GOLD1 = ({}) + ({})", x - across, x + across),
        fmt::format("2*GOLD2 = ({}) + ({})", y - up, y + up)}});
}

ordered_json complex_product(Random& random) {
  const int a = random.between(1, 5);
  const int b = coefficient(random, 5);
  const int c = random.between(1, 5);
  const int d = coefficient(random, 5);
  const int real = a * c - b * d;
  const int imaginary = a * d + b * c;
  if (real == 0 || std::abs(imaginary) < 2) return complex_product(random);
  return row(
      {fmt::format("Simplify $({} {}i)({} {}i)$, where $i^2 = -1$.", a, signed_term(b), c,
                   signed_term(d)),
       fmt::format("The real part is ${} \\cdot {} = {}$ minus ${} \\cdot {} = {}$, that is "
                   "${}$. The imaginary part is ${} \\cdot {} = {}$ plus ${} \\cdot {} = {}$, "
                   "that is ${}$. The product is",
                   a, c, a * c, b, factor(d), b * d, real, a, factor(d), a * d, b, c, b * c,
                   imaginary),
       fmt::format("{} {}i", real, signed_term(imaginary)),
       "Precalculus",
       2,
       {fmt::format("GOLD = ({} + ({})*i)*({} + ({})*i)", a, b, c, d)}});
}

ordered_json two_red_balls(Random& random) {
  const int red = random.between(2, 7);
  const int blue = random.between(2, 5);
  const int all = red + blue;
  return row({fmt::format("A bag holds ${}$ red and ${}$ blue balls. Two balls are drawn at random "
                          "without replacement. What is the probability that both are red? Express "
                          "your answer as a common fraction.",
                          red, blue),
              fmt::format("There are ${} \\cdot {} = {}$ ordered pairs, of which "
                          "${} \\cdot {} = {}$ are red. The probability is",
                          all, all - 1, all * (all - 1), red, red - 1, red * (red - 1)),
              fraction(red * (red - 1), all * (all - 1)),
              "Counting & Probability",
              3,
              {fmt::format("GOLD = ({0}*({0}-1)/2) / ({1}*({1}-1)/2)", red, all)}});
}

ordered_json two_solutions(Random& random) {
  const int centre = random.between(1, 9);
  constexpr std::array kRadicands = {2, 3, 5, 6, 7, 10, 11, 13};
  const int radicand = random.pick(kRadicands);
  const int constant = centre * centre - radicand;
  if (constant == 0) return two_solutions(random);
  return row(
      {fmt::format("Find all solutions of $x^2 - {}x {} = 0$. Write them in the form $a \\pm "
                   "\\sqrt{{b}}$.",
                   2 * centre, signed_term(constant)),
       fmt::format("Half of ${}$ is ${}$, whose square is ${} \\cdot {} = {}$. Under the root is "
                   "${} {} = {}$. The solutions are",
                   2 * centre, centre, centre, centre, centre * centre, centre * centre,
                   signed_term(-constant), radicand),
       fmt::format("{} \\pm \\sqrt{{{}}}", centre, radicand),
       "Intermediate Algebra",
       4,
       {fmt::format("GOLD^2 - {}*GOLD + ({}) = 0", 2 * centre, constant)}});
}

constexpr std::array kTemplates = {expand_product,       least_multiple, distance,
                                   quadratic_inequality, midpoint,       complex_product,
                                   two_red_balls,        two_solutions};

}  // namespace

Rows make_math500() {
  Rows rows = make_simple_math();
  Rows varied = make_rows(kTemplates, 3, 1004);
  std::move(varied.begin(), varied.end(), std::back_inserter(rows));
  return rows;
}

}  // namespace evotoken::datasets::generator
