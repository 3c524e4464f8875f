// One- and two-step word problems in SVAMP's format, most with a number that is not needed: that is
// what the set is about.
#include <fmt/format.h>

#include <string>

#include "datasets/generator/generator.h"

namespace evotoken::datasets::generator {
namespace {

using nlohmann::ordered_json;

/// Fields in upstream's order; ID is set when all rows are there.
ordered_json row(const std::string& body, const std::string& question, const std::string& equation,
                 int answer, const char* type) {
  return {{"ID", ""},
          {"Body", body},
          {"Question", question},
          {"Equation", equation},
          {"Answer", static_cast<double>(answer)},
          {"Type", type}};
}

std::string binary(int left, char operation, int right) {
  return fmt::format("( {}.0 {} {}.0 )", left, operation, right);
}

ordered_json apples_left(Random& random) {
  const Person& who = random.pick(kPeople);
  const int apples = random.between(20, 90);
  const int pears = random.between(5, 60);
  const int eaten = random.between(2, 19);
  return row(fmt::format("{} picked {} apples and {} pears. {} used {} apples for a cake.",
                         who.name, apples, pears, who.pronoun, eaten),
             fmt::format("How many apples does {} have left?", who.name),
             binary(apples, '-', eaten), apples - eaten, "Subtraction");
}

ordered_json boxes(Random& random) {
  const Person& who = random.pick(kPeople);
  const int size = random.between(3, 9);
  const int count = random.between(3, 12);
  const int shelves = random.between(2, 9);
  return row(fmt::format("{} packs {} candles in boxes of {}. The boxes go on {} shelves", who.name,
                         size * count, size, shelves),
             "How many boxes are needed?", binary(size * count, '/', size), count,
             "Common-Division");
}

ordered_json rows_of_seats(Random& random) {
  const int rows = random.between(3, 12);
  const int seats = random.between(5, 12);
  const int doors = random.between(2, 6);
  return row(fmt::format("A cinema has {} doors. Inside there are {} rows with {} seats each.",
                         doors, rows, seats),
             "How many seats does the cinema have?", binary(rows, '*', seats), rows * seats,
             "Multiplication");
}

ordered_json stamps(Random& random) {
  const Person& who = random.pick(kPeople);
  const int foreign = random.between(11, 70);
  const int local = random.between(11, 70);
  const int coins = random.between(5, 50);
  return row(fmt::format("{} collects stamps and coins. In {} albums are {} foreign stamps, {} "
                         "local stamps and {} coins.",
                         who.name, who.possessive, foreign, local, coins),
             fmt::format("How many stamps does {} have?", who.name), binary(foreign, '+', local),
             foreign + local, "Addition");
}

ordered_json more_than(Random& random) {
  const int monday = random.between(20, 60);
  const int extra = random.between(4, 39);
  const int guides = random.between(2, 9);
  return row(fmt::format("{} people visited the lighthouse on monday and {} on tuesday. {} guides "
                         "worked there on both days.",
                         monday, monday + extra, guides),
             "How many more people came on tuesday than on monday?",
             binary(monday + extra, '-', monday), extra, "Subtraction");
}

ordered_json bus(Random& random) {
  const int start = random.between(15, 45);
  const int off = random.between(3, 12);
  const int on = random.between(2, 18);
  return row(fmt::format("A bus left the harbour with {} passengers. At the museum {} passengers "
                         "got off and {} got on.",
                         start, off, on),
             "How many passengers are on the bus now?",
             fmt::format("( ( {}.0 - {}.0 ) + {}.0 )", start, off, on), start - off + on,
             "Addition");
}

ordered_json ropes(Random& random) {
  const int pieces = random.between(3, 9);
  const int length = random.between(4, 12);
  const int first = random.between(2, 9);
  return row(fmt::format("A sailor cuts {} pieces of {} metres each from a rope. {} metres of rope "
                         "are left over.",
                         pieces, length, first),
             "How many metres long was the rope?",
             fmt::format("( ( {}.0 * {}.0 ) + {}.0 )", pieces, length, first),
             pieces * length + first, "Addition");
}

ordered_json teams(Random& random) {
  const int size = random.between(3, 8);
  const int count = random.between(5, 12);
  const int girls = random.between(4, size * count - 4);
  const int boys = size * count - girls;
  return row(fmt::format("{} girls and {} boys signed up for the tournament. The coach makes teams "
                         "of {} children.",
                         girls, boys, size),
             "How many teams are there?",
             fmt::format("( ( {}.0 + {}.0 ) / {}.0 )", girls, boys, size), count,
             "Common-Division");
}

constexpr std::array kTemplates = {apples_left, boxes, rows_of_seats, stamps,
                                   more_than,   bus,   ropes,         teams};

}  // namespace

Rows make_svamp() {
  Rows rows = make_rows(kTemplates, 6, 1002);
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i]["ID"] = fmt::format("generated-{}", i + 1);
  return rows;
}

ordered_json random_svamp(Random& random) { return random.pick(kTemplates)(random); }

}  // namespace evotoken::datasets::generator
