// Word problems of two steps with numbers up to about 150, in GSM8K's format: calculator
// annotations, "####" line.
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
  const int each = random.between(4, 12);
  const int gifts = random.between(3, 11);
  const int baked = trays * each;
  return row(
      fmt::format("{} bakes {} trays of {} muffins. {} gives {} muffins to the neighbours and "
                  "takes the others to {} market stall. How many muffins does the stall get?",
                  who.name, trays, each, who.pronoun, gifts, who.possessive),
      fmt::format("{} bakes {} muffins.\nThe stall gets {} muffins.", who.name,
                  step(trays, '*', each, baked), step(baked, '-', gifts, baked - gifts)),
      baked - gifts);
}

ordered_json savings(Random& random) {
  const Person& who = random.pick(kPeople);
  const int weekly = random.between(3, 12);
  const int weeks = random.between(3, 9);
  const int start = random.between(10, 60);
  const int saved = weekly * weeks;
  return row(
      fmt::format("{} is saving for a bicycle. {} already has ${} and puts aside ${} every week. "
                  "How many dollars will {} bicycle fund hold after {} weeks?",
                  who.name, who.pronoun, start, weekly, who.possessive, weeks),
      fmt::format("In {} weeks {} puts aside ${}.\nWith the money from before that makes ${}.",
                  weeks, who.name, step(weekly, '*', weeks, saved),
                  step(saved, '+', start, saved + start)),
      saved + start);
}

ordered_json library(Random& random) {
  const int books = random.between(40, 99);
  const int lent = random.between(12, 38);
  const int returned = random.between(3, 25);
  return row(
      fmt::format("A class library has {} books in the morning. On Monday, {} books are lent out "
                  "and {} books come back. How many books are in the library on Monday evening?",
                  books, lent, returned),
      fmt::format("After lending there are {} books.\nWith those that come back there are {}.",
                  step(books, '-', lent, books - lent),
                  step(books - lent, '+', returned, books - lent + returned)),
      books - lent + returned);
}

ordered_json sharing(Random& random) {
  const Person& who = random.pick(kPeople);
  const int friends = random.between(3, 8);
  const int share = random.between(5, 12);
  const int total = friends * share;
  const int red = random.between(5, total - 5);
  return row(
      fmt::format("{} has {} red and {} green marbles and shares them equally among {} friends. "
                  "How many marbles does each friend get?",
                  who.name, red, total - red, friends),
      fmt::format("Together there are {} marbles.\nEach friend gets {} marbles.",
                  step(red, '+', total - red, total), step(total, '/', friends, share)),
      share);
}

ordered_json journey(Random& random) {
  const Person& who = random.pick(kPeople);
  const int speed = random.between(8, 24);
  const int hours = random.between(2, 4);
  const int rest = random.between(5, 30);
  const int first = speed * hours;
  return row(
      fmt::format("{} cycles for {} hours at {} kilometres per hour and then {} more kilometres "
                  "along the river. How many kilometres is the whole tour?",
                  who.name, hours, speed, rest),
      fmt::format("The first part is {} kilometres.\nAltogether that is {} kilometres.",
                  step(speed, '*', hours, first), step(first, '+', rest, first + rest)),
      first + rest);
}

ordered_json discount(Random& random) {
  const Person& who = random.pick(kPeople);
  const int tens = random.between(2, 9);
  const int percent = 10 * random.between(1, 5);
  const int price = 10 * tens;
  const int off = tens * percent / 10;
  return row(
      fmt::format("A jacket costs ${}. This week it is {}% cheaper, so {} buys it for {} choir. "
                  "How many dollars does {} pay?",
                  price, percent, who.name, who.possessive, who.name),
      fmt::format("The discount is {0}*{1}/100=$<<{0}*{1}/100={2}>>{2}.\n{3} pays ${4}.", price,
                  percent, off, who.name, step(price, '-', off, price - off)),
      price - off);
}

ordered_json ages(Random& random) {
  const Person& younger = kPeople[static_cast<std::size_t>(random.between(0, 7))];
  const Person& older = kPeople[static_cast<std::size_t>(random.between(8, 15))];
  const int age = random.between(4, 16);
  const int times = random.between(2, 5);
  const int other = age * times;
  return row(
      fmt::format("{} is {} years old. {} is {} times as old. What is the sum of their ages?",
                  younger.name, age, older.name, times),
      fmt::format("{} is {} years old.\nTogether they are {} years old.", older.name,
                  step(age, '*', times, other), step(age, '+', other, age + other)),
      age + other);
}

ordered_json wages(Random& random) {
  const Person& who = random.pick(kPeople);
  const int wage = random.between(7, 15);
  const int hours = random.between(3, 8);
  const int tip = random.between(5, 40);
  return row(
      fmt::format("{} earns ${} an hour in the harbour cafe. Yesterday {} worked {} hours and got "
                  "${} in tips. How many dollars was that?",
                  who.name, wage, who.name, hours, tip),
      fmt::format("The hours give ${}.\nTogether with the tips that is ${}.",
                  step(wage, '*', hours, wage * hours),
                  step(wage * hours, '+', tip, wage * hours + tip)),
      wage * hours + tip);
}

constexpr std::array kTemplates = {bakery,  savings,  library, sharing,
                                   journey, discount, ages,    wages};

}  // namespace

Rows make_gsm8k() { return make_rows(kTemplates, 6, 1001); }

ordered_json random_gsm8k(Random& random) { return random.pick(kTemplates)(random); }

}  // namespace evotoken::datasets::generator
