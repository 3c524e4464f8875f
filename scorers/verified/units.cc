#include "scorers/verified/units.h"

#include <map>
#include <utility>

#include "scorers/verified/text.h"

namespace evotoken::scorers::verified {
namespace {

// Short words that are units behind a number and no products of variables. "sec" is a function,
// single letters are variables; both count as units inside \text.
const std::set<std::string_view> kShortUnits = {
    "cm",  "mm", "km",  "ft",  "in",   "yd",  "mi",   "kg",  "mg",  "lb", "lbs", "oz",
    "mph", "hr", "hrs", "min", "mins", "am",  "pm",   "sq",  "cu",  "ml", "mL",  "USD",
    "deg", "th", "st",  "nd",  "rd",   "day", "ways", "men", "way", "cc", "km2", "per"};

const std::map<std::string_view, std::string_view> kNames = {
    {"centimeter", "cm"}, {"centimetre", "cm"}, {"millimeter", "mm"},  {"kilometer", "km"},
    {"kilometre", "km"},  {"meter", "m"},       {"metre", "m"},        {"foot", "ft"},
    {"feet", "ft"},       {"inche", "in"},      {"inch", "in"},        {"yard", "yd"},
    {"mile", "mi"},       {"gram", "g"},        {"kilogram", "kg"},    {"pound", "lb"},
    {"lbs", "lb"},        {"ounce", "oz"},      {"hour", "hr"},        {"minute", "min"},
    {"second", "s"},      {"sec", "s"},         {"liter", "l"},        {"litre", "l"},
    {"milliliter", "ml"}, {"degree", "degree"}, {"deg", "degree"},     {"dollar", "dollar"},
    {"usd", "dollar"},    {"buck", "dollar"},   {"cent", "cent"},      {"p.m", "pm"},
    {"a.m", "am"},        {"radian", "rad"},    {"celsiu", "celsius"}, {"gallon", "gal"}};

// What says no unit at all.
const std::set<std::string_view> kNothing = {"unit",          "th",    "st",   "nd",       "rd",
                                             "the",           "of",    "a",    "in total", "total",
                                             "approximately", "about", "only", ""};

std::string singular(std::string word) {
  if (word.size() > 3 && word.ends_with('s') && !word.ends_with("ss")) word.pop_back();
  return word;
}

std::string canonical_word(const std::string& word) {
  const std::string one = singular(word);
  const auto known = kNames.find(one);
  if (known != kNames.end()) return std::string(known->second);
  return kNothing.contains(one) ? "" : one;
}

}  // namespace

bool is_unit_word(std::string_view word) {
  constexpr std::size_t kShortestWord = 4;
  return kShortUnits.contains(word) || word.size() >= kShortestWord;
}

std::string canonical_unit(std::string_view words) {
  std::string word;
  std::string power;
  std::string unit;
  const auto finish = [&] {
    if (word == "square" || word == "sq") {
      power = "^2";
    } else if (word == "cubic" || word == "cu") {
      power = "^3";
    } else if (word == "per" || word == "a" || word == "an") {
      if (!unit.empty()) unit += '/';
    } else if (const std::string name = canonical_word(word); !name.empty()) {
      if (!unit.empty() && !unit.ends_with('/')) unit += ' ';
      unit += name + power;
      power.clear();
    }
    word.clear();
  };
  for (const char c : lower_case(words)) {
    if (is_letter(c) || is_digit(c) || c == '^') {
      word += c;
    } else if (c == '/') {
      finish();
      word = "per";
      finish();
    } else {
      finish();
    }
  }
  finish();
  while (unit.ends_with('/')) unit.pop_back();
  // "cm^2" was read as one word; "meters^2" needs its name mapped.
  const std::size_t caret = unit.find('^');
  if (caret != std::string::npos && unit.find(' ') == std::string::npos && power.empty()) {
    return canonical_word(unit.substr(0, caret)) + unit.substr(caret);
  }
  return unit;
}

bool units_conflict(const std::set<std::string>& a, const std::set<std::string>& b) {
  return !a.empty() && !b.empty() && a != b;
}

}  // namespace evotoken::scorers::verified
