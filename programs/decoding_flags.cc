#include "programs/decoding_flags.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <cmath>
#include <set>
#include <utility>

#include "base/error.h"
#include "engine/decoding/decoder.h"

namespace evotoken::programs {
namespace {

using decoding::DecodingOptions;

template <typename T>
T parse_number(const std::string& flag, const std::string& text, const char* kind) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw UsageError(fmt::format("--{}: \"{}\", expected {}; change the flag", flag, text, kind));
  }
  return value;
}

/// Sets the field called `name` from a text.
struct FieldParser {
  const std::string& name;
  const std::string& text;

  void operator()(const char* field_name, auto& field, const char* /*help*/) const {
    if (name == field_name) parse(field);
  }
  void parse(std::string& field) const { field = text; }
  template <Chosen E>
  void parse(E& field) const {
    field = parse_choice<E>("--" + name, text);
  }
  void parse(std::int64_t& field) const { field = parse_integer(name, text); }
  void parse(std::uint64_t& field) const {
    field = parse_number<std::uint64_t>(name, text, "an integer of at least 0");
  }
  void parse(double& field) const { field = parse_real(name, text); }
  void parse(std::optional<double>& field) const {
    if (text == "none") {
      field.reset();
    } else {
      field = parse_real(name, text);
    }
  }
};

std::string shown_default(const std::string& value) { return value; }
std::string shown_default(const std::optional<double>& value) {
  return value ? fmt::format("{}", *value) : "none";
}
std::string shown_default(const Chosen auto& value) { return choice_name(value); }
template <typename Number>
std::string shown_default(const Number& value) {
  return fmt::format("{}", value);
}

/// What --help shows for the values that a field takes.
std::string type_name(const auto& /*field*/) { return "LIST"; }
template <Chosen E>
std::string type_name(const E& /*field*/) {
  return fmt::format("{{{}}}", fmt::join(choice_names<E>(), ","));
}

/// What two cells must differ in to be different: fields that the decoder does not read are reset.
DecodingOptions canonical(DecodingOptions options) {
  const DecodingOptions defaults;
  DecodingOptions low_confidence = options;
  low_confidence.remasking = defaults.remasking;
  const decoding::Decoder& decoder = decoding::find_decoder(options.decoder);
  if (decoder.random_remasking(low_confidence)) options.remasking = defaults.remasking;
  if (options.cache == decoding::Cache::kNone) options.cache_refresh = defaults.cache_refresh;
  if (!decoder.soft_input()) {
    options.k_soft = defaults.k_soft;
    options.alpha_soft_mask = defaults.alpha_soft_mask;
  }
  return options;
}

std::int64_t steps_of(const DecodingOptions& options, const std::string& factor_text) {
  const double factor = parse_real("steps_factor", factor_text);
  const double steps = static_cast<double>(options.gen_length) * factor;
  if (options.gen_length <= 0) return 1;  // whose own check says more
  if (!(steps >= 1 && steps <= 1e9) || steps != std::floor(steps)) {
    throw UsageError(
        fmt::format("--steps_factor: {} of --gen_length {} is {} steps, expected a whole "
                    "number of at least 1; change one of them",
                    factor_text, options.gen_length, steps));
  }
  return static_cast<std::int64_t>(steps);
}

}  // namespace

std::vector<std::string> split_list(const std::string& flag, const std::string& text) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (;;) {
    const std::size_t comma = text.find(',', begin);
    std::string part = text.substr(begin, comma - begin);
    part.erase(0, part.find_first_not_of(' '));
    part.erase(part.find_last_not_of(' ') + 1);
    if (part.empty()) {
      throw UsageError(fmt::format(
          "--{}: \"{}\" has an empty entry, expected values with commas between", flag, text));
    }
    parts.push_back(std::move(part));
    if (comma == std::string::npos) return parts;
    begin = comma + 1;
  }
}

std::int64_t parse_integer(const std::string& flag, const std::string& text) {
  return parse_number<std::int64_t>(flag, text, "an integer");
}

double parse_real(const std::string& flag, const std::string& text) {
  return parse_number<double>(flag, text, "a number");
}

DecodingFlags::DecodingFlags(DecodingOptions defaults,
                             std::map<std::string, std::string> default_lists)
    : defaults_(std::move(defaults)), texts_(std::move(default_lists)) {}

void DecodingFlags::add_to(CLI::App& app) {
  defaults_.visit([&](const std::string& name, const auto& field, const char* help) {
    const auto given = texts_.find(name);
    std::string shown = given == texts_.end() ? shown_default(field) : given->second;
    if (name == "diffusion_steps") shown = "gen_length * steps_factor";
    CLI::Option* option = app.add_option("--" + name, texts_[name], help)
                              ->default_str(shown)
                              ->type_name(type_name(field))
                              ->group("Decoding");
    if (name == "decoder") {
      option->type_name(fmt::format("{{{}}}", fmt::join(decoding::decoder_names(), ",")));
    }
  });
  app.add_option("--steps_factor", steps_factor_, "denoising steps per generated token")
      ->type_name("LIST")
      ->capture_default_str()
      ->group("Decoding");
}

std::vector<DecodingOptions> DecodingFlags::widened(std::vector<DecodingOptions> cells,
                                                    const std::string& name) const {
  const auto given = texts_.find(name);
  if (given == texts_.end() || given->second.empty()) return cells;
  std::vector<DecodingOptions> wider;
  for (const DecodingOptions& cell : cells) {
    for (const std::string& value : split_list(name, given->second)) {
      wider.push_back(cell);
      wider.back().visit(FieldParser{name, value});
    }
  }
  return wider;
}

std::vector<DecodingOptions> DecodingFlags::with_steps(const DecodingOptions& cell) const {
  const auto given = texts_.find("diffusion_steps");
  if (given != texts_.end() && !given->second.empty()) return {cell};
  std::vector<DecodingOptions> cells;
  for (const std::string& factor : split_list("steps_factor", steps_factor_)) {
    cells.push_back(cell);
    cells.back().diffusion_steps = steps_of(cell, factor);
  }
  return cells;
}

std::vector<DecodingOptions> DecodingFlags::grid() const {
  std::vector<DecodingOptions> cells = {defaults_};
  defaults_.visit([&](const std::string& name, const auto& /*field*/, const char* /*help*/) {
    cells = widened(std::move(cells), name);
  });
  std::vector<DecodingOptions> distinct;
  std::set<std::string> seen;
  for (const DecodingOptions& cell : cells) {
    for (const DecodingOptions& with_steps_set : with_steps(cell)) {
      const DecodingOptions options = canonical(with_steps_set);
      decoding::check(options);
      if (seen.insert(to_json(options).dump()).second) distinct.push_back(options);
    }
  }
  return distinct;
}

DecodingOptions DecodingFlags::single() const {
  const std::vector<DecodingOptions> cells = grid();
  if (cells.size() == 1) return cells[0];
  throw UsageError(fmt::format(
      "decoding flags: lists that make {} combinations, expected one value each", cells.size()));
}

}  // namespace evotoken::programs
