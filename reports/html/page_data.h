// The data blocks of the report page. The page's scripts read them; page/model.js names the fields.
#pragma once

#include <nlohmann/json.hpp>

#include "reports/report_content.h"

namespace evotoken::reports {

/// Everything but the items and traces: cells (with figures of results.json where the records have
/// none, and results by level and subject), maxima, seeds, pairs, audit, provenance.
nlohmann::ordered_json summary_data(const ReportContent& content);

/// {"prompts": […], "samples": [{task, question, prompt, gold, level, subject}], "cells":
/// [[[sample, output, reference answer, 1/0/null, verified answer, 1/0/null, reason, flags,
/// failure, nfe], …], …]}: cells in the order of the table, every text once.
nlohmann::ordered_json item_data(const ReportContent& content);

/// Paired comparisons between cells of one task: [{"a", "b" (indices of cells), "counts",
/// "difference_frac", "interval_frac", "p", "p_holm", "grader"}]. Holm-corrected over all of them.
nlohmann::ordered_json pair_data(const ReportContent& content);

/// The traces with weights rounded to four decimals.
nlohmann::ordered_json trace_data(const ReportContent& content);

}  // namespace evotoken::reports
