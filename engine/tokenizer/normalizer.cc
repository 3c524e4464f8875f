// Unicode Standard Annex 15: decompose, order the marks, compose. Decomposing and composing are
// libutf8proc's; the ordering is done here because the library's insertion sort is quadratic in a
// run of marks, and a text may be one such run. Known divergence: upstream's tables are Unicode
// 13's, the library's are newer, so marks that are younger than 13 are ordered here and left there.
#include "engine/tokenizer/normalizer.h"

#include <fmt/format.h>
#include <utf8proc.h>

#include <algorithm>
#include <stdexcept>

#include "engine/tokenizer/utf8.h"

namespace evotoken::tokenizer {
namespace {

using CodePoints = std::vector<utf8proc_int32_t>;

constexpr std::size_t kLongestDecomposition = 32;  // U+FDFA, the longest, has 18

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

utf8proc_propval_t combining_class(utf8proc_int32_t code_point) {
  return utf8proc_get_property(code_point)->combining_class;
}

CodePoints decompose(std::string_view text, bool compatibility) {
  const int options = UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | (compatibility ? UTF8PROC_COMPAT : 0);
  CodePoints decomposed;
  decomposed.reserve(text.size());
  int boundary_class = UTF8PROC_BOUNDCLASS_START;
  for (std::size_t position = 0; position < text.size();) {
    const auto code_point = static_cast<utf8proc_int32_t>(next_code_point(text, position));
    utf8proc_int32_t parts[kLongestDecomposition];
    const auto count =
        utf8proc_decompose_char(code_point, parts, kLongestDecomposition,
                                static_cast<utf8proc_option_t>(options), &boundary_class);
    if (count < 0) throw std::runtime_error(fmt::format("utf8proc: {}", utf8proc_errmsg(count)));
    decomposed.insert(decomposed.end(), parts, parts + count);
  }
  return decomposed;
}

/// Sorts each run of marks by combining class, marks of one class in the order they came.
void order_marks(CodePoints& code_points) {
  const auto is_mark = [](utf8proc_int32_t c) { return combining_class(c) != 0; };
  auto run = code_points.begin();
  while ((run = std::find_if(run, code_points.end(), is_mark)) != code_points.end()) {
    const auto run_end = std::find_if_not(run, code_points.end(), is_mark);
    std::stable_sort(run, run_end, [](utf8proc_int32_t a, utf8proc_int32_t b) {
      return combining_class(a) < combining_class(b);
    });
    run = run_end;
  }
}

void compose(CodePoints& code_points) {
  const auto count = utf8proc_normalize_utf32(
      code_points.data(), static_cast<utf8proc_ssize_t>(code_points.size()),
      static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  if (count < 0) throw std::runtime_error(fmt::format("utf8proc: {}", utf8proc_errmsg(count)));
  code_points.resize(static_cast<std::size_t>(count));
}

std::string to_form(NormalForm form, std::string_view text) {
  const bool compatibility = form == NormalForm::kNfkc || form == NormalForm::kNfkd;
  CodePoints code_points = decompose(text, compatibility);
  order_marks(code_points);
  if (form == NormalForm::kNfc || form == NormalForm::kNfkc) compose(code_points);
  std::string normalized;
  normalized.reserve(text.size());
  for (const auto code_point : code_points) {
    append_utf8(static_cast<char32_t>(code_point), normalized);
  }
  return normalized;
}

}  // namespace

std::string Normalizer::normalize(std::string_view text) const {
  std::string normalized(text);
  if (is_ascii(text)) return normalized;  // every form leaves ASCII alone
  for (const NormalForm form : forms_) normalized = to_form(form, normalized);
  return normalized;
}

}  // namespace evotoken::tokenizer
