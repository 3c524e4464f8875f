// report.html: everything about some runs in one file that opens offline.
#pragma once

#include <string>

#include "reports/report_content.h"

namespace evotoken::reports {

/// The page. It loads nothing: scripts, style and fonts stand in it, each script allowed by its
/// hash in a content security policy, so that no text of an item can run. Texts are data in JSON
/// blocks; bytes that are not UTF-8 become U+FFFD.
std::string html_report(const ReportContent& content);

/// Which of the libraries that the page is better with this build lacks ("Chart.js", "KaTeX").
std::vector<std::string> missing_page_libraries();

}  // namespace evotoken::reports
