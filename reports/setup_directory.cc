#include "reports/setup_directory.h"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>

namespace evotoken::reports {
namespace {

constexpr std::string_view kKSoft = "_kSoft_";
constexpr std::string_view kAlpha = "_alphaSoftMask_";

}  // namespace

std::string directory_label(std::string_view folder) {
  while (folder.size() > 1 && folder.ends_with('/')) folder.remove_suffix(1);
  std::string label = std::filesystem::path(folder).lexically_normal().string();
  if (label.size() > 1 && label.ends_with('/')) label.pop_back();
  return label.empty() ? "." : label;
}

std::optional<EvoTokenDirectory> parse_evotoken_directory(std::string_view directory) {
  const std::string label = directory_label(directory);
  const std::string_view name = label;
  const std::size_t alpha_at = name.rfind(kAlpha);
  if (alpha_at == std::string_view::npos) return std::nullopt;
  const std::size_t k_at = name.rfind(kKSoft, alpha_at);
  if (k_at == std::string_view::npos) return std::nullopt;

  EvoTokenDirectory parsed;
  parsed.base = name.substr(0, k_at);
  parsed.alpha_soft_mask = name.substr(alpha_at + kAlpha.size());
  const std::size_t k_start = k_at + kKSoft.size();
  if (k_start >= alpha_at || parsed.alpha_soft_mask.find('/') != std::string::npos) {
    return std::nullopt;
  }
  const std::string_view digits = name.substr(k_start, alpha_at - k_start);
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), parsed.k_soft);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return parsed.alpha_soft_mask.empty() ? std::nullopt : std::optional(parsed);
}

std::string family_of(const std::string& directory, const std::vector<std::string>& bases) {
  if (const auto evotoken = parse_evotoken_directory(directory)) return evotoken->base;
  std::string family;
  for (const std::string& base : bases) {
    const bool belongs = directory == base || directory.starts_with(base + "_");
    if (belongs && base.size() > family.size()) family = base;
  }
  return family.empty() ? directory : family;
}

std::string evotoken_directory(const std::string& base, std::int64_t k_soft,
                               const std::string& alpha_soft_mask) {
  return fmt::format("{}{}{}{}{}", base, kKSoft, k_soft, kAlpha, alpha_soft_mask);
}

}  // namespace evotoken::reports
