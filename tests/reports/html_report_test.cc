// The page as bytes: nothing of an item's text can leave its data block, nothing is loaded. What it
// does in a browser is tested by page/report_page_test.py.
#include "reports/html/html_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/html/page_assets.h"
#include "reports/html/page_data.h"
#include "reports/run_figures.h"

namespace evotoken::reports {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

ReportContent content() {
  ReportContent made;
  made.title = "<b>title</b>";
  for (const char* directory : {"out/a", "out/b"}) {
    for (std::int64_t i = 0; i < 3; ++i) {
      ResultRecord record;
      record.directory = directory;
      record.setup = "math500_128_64";
      record.task = "math500";
      record.gen_length = 128;
      record.steps = 64;
      record.index = i;
      record.identity = std::to_string(i);
      record.reference = ReferenceGrade{"1", i == 0 || directory == std::string("out/b")};
      made.records.push_back(record);
      made.texts.push_back({"q" + std::to_string(i), "p", "</script><script>alert(1)</script>\xFF",
                            "1", "Algebra", std::to_string(i % 2 + 1)});
    }
  }
  made.table = make_accuracy_table(made.records);
  return made;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t times = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++times;
  }
  return times;
}

TEST(HtmlReport, TextsStayInTheirDataBlocks) {
  const std::string page = html_report(content());
  EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(page, HasSubstr("\\u003c/script>\\u003cscript>alert(1)"));
  EXPECT_THAT(page, HasSubstr("<title>&lt;b&gt;title&lt;/b&gt;</title>"));
  std::size_t scripts = 0;
  for (const PageAsset& asset : page_assets()) scripts += asset.name.ends_with(".js") ? 1 : 0;
  EXPECT_EQ(count(page, "<script"), scripts + 3);  // and three data blocks
  EXPECT_EQ(count(page, "</script"), scripts + 3);
}

TEST(HtmlReport, LoadsNothingAndAllowsItsOwnScriptsAlone) {
  const std::string page = html_report(content());
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  EXPECT_THAT(page, Not(HasSubstr("'unsafe-inline'")));
  EXPECT_THAT(page, Not(HasSubstr("'unsafe-eval'")));
  const std::string head = page.substr(0, page.find("<style>"));
  for (const std::string& markup : {head, std::string(find_page_asset("body.html")->content)}) {
    EXPECT_THAT(markup, Not(HasSubstr(" src=")));
    EXPECT_THAT(markup, Not(HasSubstr("<link")));
  }
  for (const PageAsset& asset : page_assets()) {
    if (asset.name != "body.html") {
      EXPECT_THAT(head, HasSubstr(asset.csp_hash)) << asset.name;
    }
  }
}

// RFC 6234's abc would need a file of its own; the hash of an asset is checked by the browser,
// which runs no script whose hash is wrong. Here only its form.
TEST(HtmlReport, HashesAreSha256InBase64) {
  for (const PageAsset& asset : page_assets()) {
    EXPECT_EQ(asset.csp_hash.size(), 8U + 44U + 1U) << asset.name;
    EXPECT_TRUE(asset.csp_hash.ends_with("='")) << asset.name;
  }
  ASSERT_NE(find_page_asset("main.js"), nullptr);
  EXPECT_EQ(find_page_asset("nothing.js"), nullptr);
}

TEST(PageData, EveryTextOnceAndVerdictsByCell) {
  const auto items = item_data(content());
  EXPECT_EQ(items["prompts"].size(), 1U);
  EXPECT_EQ(items["samples"].size(), 3U);
  EXPECT_EQ(items["cells"].size(), 2U);
  EXPECT_EQ(items["cells"][0][1][3], 0);
  EXPECT_EQ(items["cells"][1][1][3], 1);
  EXPECT_TRUE(items["cells"][0][1][5].is_null());  // the verified grader did not run
}

TEST(PageData, LevelsSubjectsAndPairs) {
  const auto summary = summary_data(content());
  EXPECT_EQ(summary["cells"][0]["levels"]["1"]["reference"]["processed"], 2);
  EXPECT_EQ(summary["cells"][0]["levels"]["2"]["reference"]["correct"], 0);
  EXPECT_EQ(summary["cells"][0]["subjects"]["Algebra"]["reference"]["correct"], 1);
  EXPECT_TRUE(summary["cells"][0]["subjects"]["Algebra"]["verified"].is_null());
  const auto pairs = pair_data(content());
  ASSERT_EQ(pairs.size(), 1U);
  EXPECT_EQ(pairs[0]["graders"][0]["only_b"], 2);
  EXPECT_EQ(pairs[0]["graders"][0]["p"], pairs[0]["graders"][0]["p_holm"]);
}

TEST(PageData, FiguresComeFromResultsJsonWhereRecordsHaveNone) {
  ReportContent made = content();
  made.runs = {
      {"out/a",
       {{"cells", {{{"setup", "math500_128_64"}, {"decode_time_s", 6.0}, {"warm_up_s", 0.5}}}},
        {"provenance", {{"device", "cpu"}}}}}};
  add_figures_of_runs(made.runs, made.table);
  const auto summary = summary_data(made);
  EXPECT_EQ(summary["cells"][0]["decode_time_s"], 6.0);
  EXPECT_EQ(summary["cells"][0]["answers_per_second"], 0.5);
  EXPECT_EQ(summary["cells"][0]["warm_up_s"], 0.5) << "of the whole run";
  EXPECT_TRUE(summary["cells"][0]["energy_j"].is_null());
  EXPECT_TRUE(summary["cells"][1]["decode_time_s"].is_null());
  EXPECT_EQ(summary["runs"][0]["provenance"]["device"], "cpu");
}

TEST(PageData, TracesAreRounded) {
  ReportContent made = content();
  TracedSample trace;
  trace.label = "t";
  trace.steps = {{{"step", 0},
                  {"block_start", 0},
                  {"x", {1}},
                  {"confidence", {0.123456789}},
                  {"chosen", {0}},
                  {"revised", nlohmann::ordered_json::array()},
                  {"other", 1}}};
  trace.tokens[1] = "<b>";
  trace.record = 4;
  made.traces.push_back(trace);
  const auto json = trace_data(made);
  EXPECT_EQ(json[0]["steps"][0]["confidence"].dump(), "[0.1235]");
  EXPECT_FALSE(json[0]["steps"][0].contains("other"));
  EXPECT_EQ(json[0]["record"]["question"], "q1");
}

TEST(HtmlReport, AnEmptyReportIsAPageToo) { EXPECT_THAT(html_report({}), HasSubstr("</html>")); }

}  // namespace
}  // namespace evotoken::reports
