// Word problems of two to four steps in GSM8K's format: calculator annotations, "####" line.
#include <fmt/format.h>

#include <string>

#include "datasets/generator/generator.h"

namespace evotoken::datasets::generator {
namespace {

using nlohmann::ordered_json;

/// "12*5=<<12*5=60>>60": how GSM8K writes one calculation.
std::string step(int left, char operation, int right, int result) {
  return fmt::format("{0}{1}{2}=<<{0}{1}{2}={3}>>{3}", left, operation, right, result);
}

ordered_json row(const std::string& question, const std::string& reasoning, int answer) {
  return {{"question", question}, {"answer", fmt::format("{}\n#### {}", reasoning, answer)}};
}

ordered_json bakery(Random& random) {
  const Person& who = random.pick(kPeople);
  const int trays = random.between(3, 9);
  const int each = random.between(8, 16);
  const int gifts = random.between(3, 18);
  const int price = random.between(2, 5);
  const int baked = trays * each;
  return row(
      fmt::format(
          "{} bakes {} trays of {} muffins. {} gives {} muffins to the neighbours and sells "
          "the others at the market for ${} each. How many dollars does {} stall earn?",
          who.name, trays, each, who.pronoun, gifts, price, who.possessive),
      fmt::format("{} bakes {} muffins.\nThere are {} muffins left to sell.\nThe stall earns ${}.",
                  who.name, step(trays, '*', each, baked), step(baked, '-', gifts, baked - gifts),
                  step(baked - gifts, '*', price, (baked - gifts) * price)),
      (baked - gifts) * price);
}

ordered_json savings(Random& random) {
  const Person& who = random.pick(kPeople);
  const int weekly = random.between(6, 20);
  const int weeks = random.between(4, 12);
  const int start = random.between(10, 60);
  const int missing = random.between(5, 40);
  const int saved = weekly * weeks;
  const int total = saved + start;
  return row(
      fmt::format(
          "{} is saving for a bicycle that costs ${}. {} already has ${} and puts aside ${} "
          "every week. How many dollars are still missing after {} weeks?",
          who.name, total + missing, who.pronoun, start, weekly, weeks),
      fmt::format("In {} weeks {} puts aside ${}.\nWith the money from before that makes ${}.\n"
                  "So ${} are still missing.",
                  weeks, who.name, step(weekly, '*', weeks, saved), step(saved, '+', start, total),
                  step(total + missing, '-', total, missing)),
      missing);
}

ordered_json library(Random& random) {
  const int shelves = random.between(4, 12);
  const int half = random.between(8, 20);
  const int lent = random.between(10, 40);
  const int returned = random.between(3, 9);
  const int books = shelves * 2 * half;
  return row(
      fmt::format("A school library has {} shelves with {} books each. On Monday, {} books are "
                  "lent out and {} books come back. How many books are in the library on Monday "
                  "evening if all of them were there in the morning?",
                  shelves, 2 * half, lent + returned, returned),
      fmt::format("In the morning there are {} books.\nAfter lending there are {}.\n"
                  "With those that come back there are {} books.",
                  step(shelves, '*', 2 * half, books),
                  step(books, '-', lent + returned, books - lent - returned),
                  step(books - lent - returned, '+', returned, books - lent)),
      books - lent);
}

ordered_json sharing(Random& random) {
  const Person& who = random.pick(kPeople);
  const int friends = random.between(3, 8);
  const int share = random.between(6, 15);
  const int kept = random.between(6, 12);
  const int bags = random.between(3, 5);
  // Whatever the bags hold together, `kept` and equal shares must use it up.
  const int total = friends * share + kept;
  const int last_bag = total - (bags - 1) * 5;
  return row(
      fmt::format("{} buys {} bags with 5 marbles each and one bag with {} marbles. {} keeps {} "
                  "marbles and shares the rest equally among {} friends. How many marbles does "
                  "each friend get?",
                  who.name, bags - 1, last_bag, who.pronoun, kept, friends),
      fmt::format("The bags of 5 hold {} marbles.\nTogether there are {} marbles.\n"
                  "{} shares {} marbles.\nEach friend gets {} marbles.",
                  step(bags - 1, '*', 5, (bags - 1) * 5),
                  step((bags - 1) * 5, '+', last_bag, total), who.name,
                  step(total, '-', kept, friends * share),
                  step(friends * share, '/', friends, share)),
      share);
}

ordered_json journey(Random& random) {
  const Person& who = random.pick(kPeople);
  const int first_speed = random.between(40, 70);
  const int first_hours = random.between(2, 4);
  const int second_speed = random.between(71, 100);
  const int second_hours = random.between(1, 3);
  const int first = first_speed * first_hours;
  const int second = second_speed * second_hours;
  return row(
      fmt::format("{} drives for {} hours at {} kilometres per hour and then for {} more hour{} at "
                  "{} kilometres per hour. How many kilometres is the whole drive?",
                  who.name, first_hours, first_speed, second_hours, second_hours == 1 ? "" : "s",
                  second_speed),
      fmt::format("The first part is {} kilometres.\nThe second part is {} kilometres.\n"
                  "Altogether that is {} kilometres.",
                  step(first_speed, '*', first_hours, first),
                  step(second_speed, '*', second_hours, second),
                  step(first, '+', second, first + second)),
      first + second);
}

ordered_json discount(Random& random) {
  const Person& who = random.pick(kPeople);
  const int tens = random.between(2, 9);
  const int percent = 10 * random.between(1, 5);
  const int count = random.between(2, 6);
  const int price = 10 * tens;
  const int off = tens * percent / 10;
  return row(
      fmt::format("A jacket costs ${}. This week everything is {}% cheaper. {} buys {} jackets for "
                  "{} choir. How many dollars does {} pay?",
                  price, percent, who.name, count, who.possessive, who.name),
      fmt::format("The discount on one jacket is {0}*{1}/100=$<<{0}*{1}/100={2}>>{2}.\n"
                  "One jacket costs ${3} now.\n{4} jackets cost ${5}.",
                  price, percent, off, step(price, '-', off, price - off), count,
                  step(price - off, '*', count, (price - off) * count)),
      (price - off) * count);
}

ordered_json ages(Random& random) {
  const Person& younger = kPeople[static_cast<std::size_t>(random.between(0, 7))];
  const Person& older = kPeople[static_cast<std::size_t>(random.between(8, 15))];
  const int age = random.between(5, 14);
  const int times = random.between(2, 4);
  const int years = random.between(3, 12);
  const int other = age * times;
  const int sum = age + other;
  return row(
      fmt::format("{} is {} years old. {} is {} times as old. What will be the sum of their ages "
                  "in {} years?",
                  younger.name, age, older.name, times, years),
      fmt::format("{} is {} years old.\nTogether they are {} years old now.\nIn {} years both are "
                  "older, which adds {} years.\nThe sum will be {}.",
                  older.name, step(age, '*', times, other), step(age, '+', other, sum), years,
                  step(2, '*', years, 2 * years), step(sum, '+', 2 * years, sum + 2 * years)),
      sum + 2 * years);
}

ordered_json wages(Random& random) {
  const Person& who = random.pick(kPeople);
  const int wage = 2 * random.between(6, 15);
  const int hours = random.between(20, 38);
  const int extra = random.between(2, 8);
  const int extra_wage = wage / 2 * 3;
  return row(
      fmt::format("{} earns ${} an hour and one and a half times that for every hour of overtime. "
                  "Last week {} worked {} normal hours and {} hours of overtime. How many dollars "
                  "was that?",
                  who.name, wage, who.name, hours, extra),
      fmt::format("The normal hours give ${}.\nAn hour of overtime gives {}*1.5=$<<{}*1.5={}>>{}.\n"
                  "The overtime gives ${}.\nTogether that is ${}.",
                  step(wage, '*', hours, wage * hours), wage, wage, extra_wage, extra_wage,
                  step(extra_wage, '*', extra, extra_wage * extra),
                  step(wage * hours, '+', extra_wage * extra, wage * hours + extra_wage * extra)),
      wage * hours + extra_wage * extra);
}

constexpr std::array kTemplates = {bakery,  savings,  library, sharing,
                                   journey, discount, ages,    wages};

}  // namespace

Rows make_gsm8k() { return make_rows(kTemplates, 6, 1001); }

ordered_json random_gsm8k(Random& random) { return random.pick(kTemplates)(random); }

}  // namespace evotoken::datasets::generator
