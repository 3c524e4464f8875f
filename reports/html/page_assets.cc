#include "reports/html/page_assets.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace evotoken::reports {
namespace {

std::vector<unsigned char> bytes_of_hex(std::string_view hex) {
  std::vector<unsigned char> bytes(hex.size() / 2);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::from_chars(hex.data() + 2 * i, hex.data() + 2 * i + 2, bytes[i], 16);
  }
  return bytes;
}

/// RFC 4648, section 4.
std::string base64(const std::vector<unsigned char>& bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::array<unsigned, 3> group{};
    const std::size_t present = std::min<std::size_t>(3, bytes.size() - i);
    for (std::size_t j = 0; j < present; ++j) group[j] = bytes[i + j];
    const unsigned bits = (group[0] << 16U) | (group[1] << 8U) | group[2];
    for (std::size_t j = 0; j < 4; ++j) {
      text += j > present ? '=' : kDigits[(bits >> (18 - 6 * j)) & 63U];
    }
  }
  return text;
}

std::vector<PageAsset> make_assets() {
  std::vector<PageAsset> assets;
  for (std::size_t i = 0; i < detail::kEmbeddedAssetCount; ++i) {
    const detail::EmbeddedAsset& file = detail::kEmbeddedAssets[i];
    assets.push_back({file.name,
                      {file.data, file.size},
                      fmt::format("'sha256-{}'", base64(bytes_of_hex(file.sha256)))});
  }
  return assets;
}

}  // namespace

const std::vector<PageAsset>& page_assets() {
  static const std::vector<PageAsset> kAssets = make_assets();
  return kAssets;
}

const PageAsset* find_page_asset(std::string_view name) {
  for (const PageAsset& asset : page_assets()) {
    if (asset.name == name) return &asset;
  }
  return nullptr;
}

}  // namespace evotoken::reports
