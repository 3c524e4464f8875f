#include "reports/html/html_report.h"

#include <fmt/format.h>

#include "base/json_of.h"
#include "reports/html/page_assets.h"
#include "reports/html/page_data.h"
#include "reports/markup.h"

namespace evotoken::reports {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kChartJs = "chart.min.js";
constexpr const char* kKatexJs = "katex.min.js";
constexpr const char* kKatexCss = "katex.css";

/// A data block. A script element ends at "</script" and changes its mind at "<!--", so no "<"
/// stands in it (https://html.spec.whatwg.org/multipage/scripting.html, "Restrictions for contents
/// of script elements"); the JSON stays the same.
std::string data_block(const char* id, const Json& value) {
  const std::string json = dumped_json(value);
  std::string text = fmt::format("<script type=\"application/json\" id=\"{}\">", id);
  text.reserve(text.size() + json.size() + json.size() / 50);
  for (const char c : json) {
    if (c == '<') {
      text += "\\u003c";
    } else {
      text += c;
    }
  }
  return text + "</script>\n";
}

bool is_script(const PageAsset& asset) { return asset.name.ends_with(".js"); }
bool is_style(const PageAsset& asset) { return asset.name.ends_with(".css"); }

/// Nothing may be fetched and only these scripts and styles may be used, whatever stands in the
/// texts.
std::string content_security_policy() {
  std::vector<std::string> scripts;
  std::vector<std::string> styles;
  for (const PageAsset& asset : page_assets()) {
    if (is_script(asset)) scripts.push_back(asset.csp_hash);
    if (is_style(asset)) styles.push_back(asset.csp_hash);
  }
  return fmt::format(
      "default-src 'none'; script-src {}; style-src {}; font-src data:; img-src data:; "
      "base-uri 'none'; form-action 'none'",
      fmt::join(scripts, " "), fmt::join(styles, " "));
}

void append_elements(std::string& page, bool (*wanted)(const PageAsset&), const char* element,
                     bool libraries) {
  for (const PageAsset& asset : page_assets()) {
    const bool library =
        asset.name == kChartJs || asset.name == kKatexJs || asset.name == kKatexCss;
    if (!wanted(asset) || library != libraries) continue;
    page += fmt::format("<{0}>{1}</{0}>\n", element, asset.content);
  }
}

}  // namespace

std::vector<std::string> missing_page_libraries() {
  std::vector<std::string> missing;
  if (find_page_asset(kChartJs) == nullptr) missing.emplace_back("Chart.js");
  if (find_page_asset(kKatexJs) == nullptr) missing.emplace_back("KaTeX");
  return missing;
}

std::string html_report(const ReportContent& content) {
  Json summary = summary_data(content);
  summary["missing_libraries"] = missing_page_libraries();
  summary["pairs"] = pair_data(content);
  std::string page = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
  page += fmt::format("<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n",
                      content_security_policy());
  page +=
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n"
      "<meta name=\"referrer\" content=\"no-referrer\">\n";
  page += fmt::format("<title>{}</title>\n", escaped_markup(content.title));
  append_elements(page, is_style, "style", /*libraries=*/true);
  append_elements(page, is_style, "style", /*libraries=*/false);
  page += "</head>\n<body>\n";
  page += find_page_asset("body.html")->content;
  page += data_block("summary-data", summary);
  page += data_block("trace-data", trace_data(content));
  page += data_block("item-data", item_data(content));
  append_elements(page, is_script, "script", /*libraries=*/true);
  append_elements(page, is_script, "script", /*libraries=*/false);
  return page + "</body>\n</html>\n";
}

}  // namespace evotoken::reports
