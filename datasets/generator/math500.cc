// Problems with varied kinds of answer in MATH500's format. Beside upstream's fields each row has
// `checks`: arithmetic from which a test derives the gold again (tests/datasets/arithmetic.h).
#include <fmt/format.h>

#include <cstdlib>
#include <numeric>
#include <string>
#include <vector>

#include "datasets/generator/generator.h"

namespace evotoken::datasets::generator {
namespace {

using nlohmann::ordered_json;

struct Problem {
  std::string problem;
  std::string solution;  ///< up to the box, which row() appends
  std::string answer;
  const char* subject;
  int level;
  std::vector<std::string> checks;
};

ordered_json row(const Problem& problem) {
  return {{"problem", problem.problem},
          {"solution", fmt::format("{} $\\boxed{{{}}}$.", problem.solution, problem.answer)},
          {"answer", problem.answer},
          {"subject", problem.subject},
          {"level", problem.level},
          {"checks", problem.checks}};
}

/// "+ 3" or "- 3".
std::string signed_term(int value) {
  return fmt::format("{} {}", value < 0 ? '-' : '+', std::abs(value));
}

/// A factor behind a sign: "3" or "(-3)".
std::string factor(int value) {
  return value < 0 ? fmt::format("({})", value) : fmt::format("{}", value);
}

std::string fraction(int numerator, int denominator) {
  const int divisor = std::gcd(numerator, denominator);
  return fmt::format("\\frac{{{}}}{{{}}}", numerator / divisor, denominator / divisor);
}

/// A value from [-high, high] whose magnitude is at least 2: a coefficient 1 would not be written.
int coefficient(Random& random, int high) {
  const int value = random.between(2, high);
  return random.between(0, 1) == 0 ? value : -value;
}

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

ordered_json arithmetic_sequence(Random& random) {
  const int first = random.between(2, 30);
  const int step = random.between(3, 9);
  const int count = random.between(6, 13);
  const int steps = (count - 1) * step;
  return row(
      {fmt::format("An arithmetic sequence starts with ${}$ and each term is ${}$ larger "
                   "than the one before. What is its term number ${}$?",
                   first, step, count),
       fmt::format("The ${} - 1 = {}$ steps add ${} \\cdot {} = {}$. The term is ${} + {} = {}$,",
                   count, count - 1, count - 1, step, steps, first, steps, first + steps),
       fmt::format("{}", first + steps),
       "Intermediate Algebra",
       3,
       {fmt::format("GOLD = {} + {}*({} - 1)", first, step, count)}});
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

constexpr std::array kTemplates = {
    linear_equation,      expand_product, arithmetic_sequence, least_multiple, distance,
    quadratic_inequality, midpoint,       complex_product,     two_red_balls,  two_solutions};

}  // namespace

Rows make_math500() { return make_rows(kTemplates, 4, 1004); }

ordered_json random_math500(Random& random) { return random.pick(kTemplates)(random); }

}  // namespace evotoken::datasets::generator
