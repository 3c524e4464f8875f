// The losses of a training run, and their picture.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace evotoken::reports {

/// A loss by update, both of one length.
struct LossCurve {
  std::string label;
  std::vector<double> updates;
  std::vector<double> losses;
};

/// A loss.jsonl of evotoken-train, thinned to a few hundred points, each the mean of a stretch; the
/// label is its path. Throws DataError for a line that is none.
LossCurve read_loss_curve(const std::filesystem::path& log);

/// The curve as an SVG picture; empty without a point.
std::string draw_loss_curve(const LossCurve& curve);

}  // namespace evotoken::reports
