// Makes the generated part of the built-in samples: seeded, the same bytes on every machine.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

namespace evotoken::datasets::generator {

/// SplitMix64. Not std::mt19937 with a std distribution: those may differ between standard
/// libraries, and the files must come out the same everywhere.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  /// Uniform in [low, high], up to a bias far below what 60 samples could show.
  int between(int low, int high) {
    return low + static_cast<int>(next() % static_cast<std::uint64_t>(high - low + 1));
  }

  template <typename T, std::size_t N>
  const T& pick(const std::array<T, N>& choices) {
    return choices[static_cast<std::size_t>(between(0, static_cast<int>(N) - 1))];
  }

 private:
  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBU;
    return mixed ^ (mixed >> 31);
  }

  std::uint64_t state_;
};

/// Someone a word problem is about.
struct Person {
  const char* name;
  const char* pronoun;     ///< at the beginning of a sentence: "She"
  const char* possessive;  ///< "her"
};

inline constexpr std::array kPeople = {
    Person{"Amara", "She", "her"},  Person{"Bruno", "He", "his"},   Person{"Chiara", "She", "her"},
    Person{"Dmitri", "He", "his"},  Person{"Elif", "She", "her"},   Person{"Farid", "He", "his"},
    Person{"Greta", "She", "her"},  Person{"Hiroshi", "He", "his"}, Person{"Ines", "She", "her"},
    Person{"Jonas", "He", "his"},   Person{"Kavya", "She", "her"},  Person{"Luca", "He", "his"},
    Person{"Mirela", "She", "her"}, Person{"Nils", "He", "his"},    Person{"Odette", "She", "her"},
    Person{"Pavel", "He", "his"}};

using Rows = std::vector<nlohmann::ordered_json>;

/// Rows in the upstream format of each task, unlike each other within a task.
Rows make_gsm8k();
Rows make_svamp();
Rows make_math500();
Rows make_simple_math();  ///< the first part of make_math500's
Rows make_countdown();

/// One row of a template drawn at random, in the same formats; Countdown's also with a `solution`
/// in words and an `expression`, MATH500's of the simple ones alone.
nlohmann::ordered_json random_gsm8k(Random& random);
nlohmann::ordered_json random_svamp(Random& random);
nlohmann::ordered_json random_math500(Random& random);
nlohmann::ordered_json random_countdown(Random& random);

/// `rounds` rows of each template in turn, without repeats: a template is asked again until its row
/// is new. Every template takes a Random and gives a row.
template <typename Templates>
Rows make_rows(const Templates& templates, int rounds, std::uint64_t seed) {
  Random random(seed);
  Rows rows;
  for (int round = 0; round < rounds; ++round) {
    for (const auto& make : templates) {
      nlohmann::ordered_json row = make(random);
      while (std::find(rows.begin(), rows.end(), row) != rows.end()) row = make(random);
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

}  // namespace evotoken::datasets::generator
