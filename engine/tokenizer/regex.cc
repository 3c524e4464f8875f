// RE2 is linear whatever the pattern but cannot look around; nearly every published pattern ends in
// \s+(?!\S), so PCRE2 does most of the work. What keeps PCRE2 linear on a million characters: no
// UTF check per match (the caller's text is valid), no limit on the number of match steps, and the
// interpreter, whose memory is on the heap, where the JIT's 32 KiB of stack are too few. (A bigger
// stack would have to be made for every call, that is for every word.)
#include "engine/tokenizer/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <fmt/format.h>
#include <pcre2.h>
#include <re2/re2.h>

#include <array>
#include <cstdint>
#include <limits>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>

#include "engine/tokenizer/oniguruma.h"
#include "engine/tokenizer/utf8.h"

namespace evotoken::tokenizer {
namespace {

template <auto kFree>
struct Freer {
  template <typename T>
  void operator()(T* pointer) const {
    kFree(pointer);
  }
};
using Code = std::unique_ptr<pcre2_code, Freer<pcre2_code_free>>;
using CompileContext = std::unique_ptr<pcre2_compile_context, Freer<pcre2_compile_context_free>>;
using MatchContext = std::unique_ptr<pcre2_match_context, Freer<pcre2_match_context_free>>;
using MatchData = std::unique_ptr<pcre2_match_data, Freer<pcre2_match_data_free>>;

constexpr std::int64_t kRe2Memory = 64 << 20;  // Unicode classes outgrow the default of 8 MiB

template <typename T>
T* allocated(T* pointer) {
  if (pointer == nullptr) throw std::bad_alloc();
  return pointer;
}

std::string pcre2_message(int code) {
  std::array<PCRE2_UCHAR, 256> buffer{};
  pcre2_get_error_message(code, buffer.data(), buffer.size());
  std::string message;
  for (const PCRE2_UCHAR c : buffer) {
    if (c == 0) break;
    message += static_cast<char>(c);
  }
  return message;
}

}  // namespace

class Regex::Engine {
 public:
  /// What one call of find_all needs; not shared between threads.
  class Search {
   public:
    virtual ~Search() = default;
    /// The leftmost match that begins at `from` or later.
    virtual std::optional<Span> next(std::size_t from) = 0;
  };

  virtual ~Engine() = default;
  virtual std::unique_ptr<Search> search(std::string_view text) const = 0;
  virtual bool backtracks() const = 0;
};

// --- RE2 -----------------------------------------------------------------------------------------

class Regex::Re2Engine : public Regex::Engine {
 public:
  /// Null where RE2 cannot say the pattern.
  static std::unique_ptr<const Engine> compile(std::string_view pattern) {
    std::string translated;
    try {
      translated = translate_oniguruma(pattern, RegexDialect::kRe2);
    } catch (const std::invalid_argument&) {
      return nullptr;
    }
    auto engine = std::make_unique<Re2Engine>(translated);
    if (!engine->regex_.ok()) return nullptr;
    return engine;
  }

  explicit Re2Engine(const std::string& translated) : regex_(translated, options()) {}

  std::unique_ptr<Engine::Search> search(std::string_view text) const override {
    return std::make_unique<Search>(regex_, text);
  }
  bool backtracks() const override { return false; }

 private:
  class Search : public Engine::Search {
   public:
    Search(const RE2& regex, std::string_view text)
        : regex_(regex), text_(text.data(), text.size()) {}

    std::optional<Span> next(std::size_t from) override {
      re2::StringPiece match;
      if (!regex_.Match(text_, from, text_.size(), RE2::UNANCHORED, &match, 1)) return std::nullopt;
      const auto begin = static_cast<std::size_t>(match.data() - text_.data());
      return Span{begin, begin + match.size()};
    }

   private:
    const RE2& regex_;
    const re2::StringPiece text_;
  };

  static RE2::Options options() {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(kRe2Memory);
    return options;
  }

  const RE2 regex_;
};

// --- PCRE2 ---------------------------------------------------------------------------------------

class Regex::Pcre2Engine : public Regex::Engine {
 public:
  explicit Pcre2Engine(std::string_view pattern) {
    const std::string translated = translate_oniguruma(pattern, RegexDialect::kPcre2);
    const CompileContext context(allocated(pcre2_compile_context_create(nullptr)));
    pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);  // what Oniguruma's dot stops at
    int error = 0;
    PCRE2_SIZE offset = 0;
    const std::basic_string<PCRE2_UCHAR> units(translated.begin(), translated.end());
    code_.reset(pcre2_compile(units.data(), units.size(), PCRE2_UTF | PCRE2_UCP, &error, &offset,
                              context.get()));
    if (!code_) {
      throw std::invalid_argument(
          fmt::format("{} (at offset {} of {})", pcre2_message(error), offset, translated));
    }
    pcre2_jit_compile(code_.get(), PCRE2_JIT_COMPLETE);  // without a JIT the interpreter matches
  }

  std::unique_ptr<Engine::Search> search(std::string_view text) const override {
    return std::make_unique<Search>(*this, text);
  }
  bool backtracks() const override { return true; }

 private:
  class Search : public Engine::Search {
   public:
    Search(const Pcre2Engine& engine, std::string_view text)
        : engine_(engine),
          text_(text),
          context_(allocated(pcre2_match_context_create(nullptr))),
          data_(allocated(pcre2_match_data_create_from_pattern(engine.code_.get(), nullptr))) {
      pcre2_set_match_limit(context_.get(), std::numeric_limits<std::uint32_t>::max());
    }

    std::optional<Span> next(std::size_t from) override {
      int status = match(from, PCRE2_NO_UTF_CHECK);
      if (status == PCRE2_ERROR_JIT_STACKLIMIT) {
        status = match(from, PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT);
      }
      if (status == PCRE2_ERROR_NOMATCH) return std::nullopt;
      if (status < 0) throw std::runtime_error("regular expression: " + pcre2_message(status));
      const PCRE2_SIZE* offsets = pcre2_get_ovector_pointer(data_.get());
      return Span{offsets[0], offsets[1]};
    }

   private:
    int match(std::size_t from, std::uint32_t options) {
      return pcre2_match(engine_.code_.get(), reinterpret_cast<PCRE2_SPTR>(text_.data()),
                         text_.size(), from, options, data_.get(), context_.get());
    }

    const Pcre2Engine& engine_;
    const std::string_view text_;
    const MatchContext context_;
    const MatchData data_;
  };

  Code code_;
};

// --- the facade ----------------------------------------------------------------------------------

Regex::Regex(std::string_view pattern) : engine_(Re2Engine::compile(pattern)) {
  if (!engine_) engine_ = std::make_unique<Pcre2Engine>(pattern);
}
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;
Regex::~Regex() = default;

bool Regex::backtracks() const { return engine_->backtracks(); }

// Mirrors `FindMatches::next` of Rust's onig.
std::vector<Span> Regex::find_all(std::string_view text) const {
  std::vector<Span> matches;
  const auto search = engine_->search(text);
  std::size_t from = 0;
  while (from <= text.size()) {
    const auto match = search->next(from);
    if (!match) break;
    const bool is_empty = match->begin == match->end;
    if (is_empty && !matches.empty() && matches.back().end == match->end) {
      from += from < text.size() ? sequence_length(text[from]) : 1;
      continue;
    }
    from = match->end;
    matches.push_back(*match);
  }
  return matches;
}

}  // namespace evotoken::tokenizer
