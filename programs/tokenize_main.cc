// evotoken-tokenize: text to token ids and back, a line of JSON a text.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iostream>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "engine/tokenizer/tokenizer.h"
#include "programs/main.h"

namespace evotoken {
namespace {

using tokenizer::Tokenizer;

struct Options {
  std::string model_path;
  bool jsonl = false;
  bool chat = false;
  bool decode = false;
  bool skip_special = false;
};

void add_flags(CLI::App& app, Options& options) {
  app.add_option("--model_path", options.model_path,
                 "folder with tokenizer.json and tokenizer_config.json")
      ->type_name("DIR")
      ->required();
  app.add_flag("--jsonl", options.jsonl,
               "read one JSON value a line (a string; with --decode ids) and answer each with a "
               "line; without it stdin is one text");
  auto* chat = app.add_flag("--chat", options.chat,
                            "render the text as a user turn with the model's chat template first");
  auto* decode = app.add_flag("--decode", options.decode,
                              "the way back: read {\"ids\":[...]} or [...], write the text");
  app.add_flag("--skip_special", options.skip_special, "with --decode: leave out special tokens")
      ->needs(decode);
  chat->excludes(decode);
}

std::string read_stdin() {
  return {std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
}

/// Calls `visit(line, where)` for each line of stdin that is not blank.
void for_each_stdin_line(
    const std::function<void(const std::string& line, const std::string& where)>& visit) {
  std::string line;
  for (std::size_t number = 1; std::getline(std::cin, line); ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    visit(line, fmt::format("stdin:{}", number));
  }
}

std::string encoded(const Tokenizer& tokenizer, const Options& options, const std::string& text) {
  const auto ids = tokenizer.encode(options.chat ? tokenizer.render_user_turn(text) : text);
  nlohmann::ordered_json answer = {{"ids", ids}, {"tokens", nlohmann::ordered_json::array()}};
  for (const TokenId id : ids) answer["tokens"].push_back(tokenizer.token(id));
  return answer.dump();
}

/// The ids in `{"ids":[…]}` or `[…]`.
std::vector<TokenId> parse_ids(const std::string& text, const std::string& where) {
  const auto value = parse_json(text, where);
  const auto& ids = value.is_object() && value.contains("ids") ? value["ids"] : value;
  const auto is_id = [](const nlohmann::ordered_json& id) {
    return id.is_number_integer() && id >= 0 && id <= std::numeric_limits<TokenId>::max();
  };
  if (!ids.is_array() || !std::all_of(ids.begin(), ids.end(), is_id)) {
    throw DataError(
        fmt::format("{}: no list of token ids, expected {{\"ids\":[1,2]}} or [1,2]; give what "
                    "evotoken-tokenize writes",
                    where));
  }
  return ids.get<std::vector<TokenId>>();
}

/// `text` in a line of --jsonl input, which is a JSON string.
std::string parse_text(const std::string& line, const std::string& where) {
  const auto value = parse_json(line, where);
  if (value.is_string()) return value.get<std::string>();
  throw DataError(
      fmt::format("{}: a JSON {}, expected a JSON string; quote the text or leave out --jsonl",
                  where, value.type_name()));
}

int run(const Options& options) {
  const Tokenizer tokenizer = Tokenizer::load(options.model_path);
  if (options.decode && options.jsonl) {
    for_each_stdin_line([&](const std::string& line, const std::string& where) {
      const std::string text = tokenizer.decode(parse_ids(line, where), options.skip_special);
      // ASCII only: U+2028 and its like are line ends to some readers of lines.
      std::cout << nlohmann::json(text).dump(-1, ' ', true) << '\n';
    });
  } else if (options.decode) {
    std::cout << tokenizer.decode(parse_ids(read_stdin(), "stdin"), options.skip_special);
  } else if (options.jsonl) {
    for_each_stdin_line([&](const std::string& line, const std::string& where) {
      std::cout << encoded(tokenizer, options, parse_text(line, where)) << '\n';
    });
  } else {
    std::cout << encoded(tokenizer, options, read_stdin()) << '\n';
  }
  return static_cast<int>(ExitStatus::kSuccess);
}

}  // namespace
}  // namespace evotoken

// NOLINTNEXTLINE(bugprone-exception-escape): only flags that contradict each other could throw
int main(int argc, char** argv) {
  evotoken::Options options;
  CLI::App app("Token ids of a text, or with --decode the text of token ids. Reads stdin.",
               "evotoken-tokenize");
  evotoken::add_flags(app, options);
  return evotoken::programs::run_main(app, argc, argv, [&] { return evotoken::run(options); });
}
