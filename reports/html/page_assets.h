// The files of the report page, embedded at build time: our sources, Chart.js, KaTeX.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace evotoken::reports {

struct PageAsset {
  std::string_view name;     ///< e.g. "style.css"
  std::string_view content;  ///< valid for the whole run
  std::string csp_hash;      ///< as a content security policy has it: "'sha256-…'"
};

/// All assets in the order of the build file, which is the order that scripts run in.
const std::vector<PageAsset>& page_assets();

/// nullptr when the build had no such file.
const PageAsset* find_page_asset(std::string_view name);

namespace detail {

struct EmbeddedAsset {
  std::string_view name;
  const char* data;
  std::size_t size;
  std::string_view sha256;  ///< 64 hex digits
};
extern const EmbeddedAsset kEmbeddedAssets[];
extern const std::size_t kEmbeddedAssetCount;

}  // namespace detail
}  // namespace evotoken::reports
