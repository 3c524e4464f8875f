// A comparison for people and for machines.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "reports/comparison/comparison.h"

namespace evotoken::reports {

/// One line: "REGRESSION in 1 of 4 setups: gsm8k_128_64 (−2.31 points)".
std::string comparison_headline(const Comparison& comparison);

/// For a terminal: a row per setup and grader, the reasons, the headline last.
std::string comparison_text(const Comparison& comparison);

/// For a pull request (GitHub Markdown): headline, table, reasons, flipped items folded away. Texts
/// of items are escaped; at most `max_flips` flipped items are listed per setup.
std::string comparison_markdown(const Comparison& comparison, std::size_t max_flips = 20);

/// Everything: {"regression", "comparable", "options", "cells": […], "notes"}; fractions, not
/// percent.
nlohmann::ordered_json comparison_json(const Comparison& comparison);

/// JUnit XML: a test case per setup; a regression is a failure, what cannot be compared an error.
/// Schema: https://github.com/testmoapp/junitxml
std::string comparison_junit(const Comparison& comparison);

}  // namespace evotoken::reports
