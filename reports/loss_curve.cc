#include "reports/loss_curve.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"

namespace evotoken::reports {
namespace {

constexpr double kWidth = 720;
constexpr double kHeight = 300;
constexpr double kLeft = 56;
constexpr double kBottom = 32;
constexpr double kTop = 16;
constexpr std::size_t kPoints = 400;

/// Means over equal stretches, so that at most kPoints are left.
void thin(LossCurve& curve) {
  const std::size_t all = curve.losses.size();
  const std::size_t stretch = std::max<std::size_t>(1, (all + kPoints - 1) / kPoints);
  std::size_t kept = 0;
  for (std::size_t begin = 0; begin < all; begin += stretch) {
    const std::size_t end = std::min(begin + stretch, all);
    double sum = 0;
    for (std::size_t i = begin; i < end; ++i) sum += curve.losses[i];
    curve.updates[kept] = curve.updates[end - 1];
    curve.losses[kept++] = sum / static_cast<double>(end - begin);
  }
  curve.updates.resize(kept);
  curve.losses.resize(kept);
}

}  // namespace

LossCurve read_loss_curve(const std::filesystem::path& log) {
  LossCurve curve;
  curve.label = log.string();
  for_each_line(log, [&](std::string_view line, std::size_t number) {
    const std::string where = fmt::format("{}:{}", log.string(), number);
    const nlohmann::ordered_json json = parse_json(line, where);
    const auto figure = [&](const char* name) {
      if (json.is_object() && json.contains(name) && json[name].is_number()) {
        return json[name].get<double>();
      }
      throw DataError(
          fmt::format("{}: no number \"{}\", expected a line of evotoken-train's "
                      "loss.jsonl; give that file",
                      where, name));
    };
    curve.updates.push_back(figure("update"));
    curve.losses.push_back(figure("loss"));
  });
  thin(curve);
  return curve;
}

std::string draw_loss_curve(const LossCurve& curve) {
  if (curve.losses.empty()) return "";
  const double first = curve.updates.front();
  const double last = std::max(curve.updates.back(), first + 1);
  const double highest = *std::max_element(curve.losses.begin(), curve.losses.end());
  const auto x = [&](double update) {
    return kLeft + (kWidth - kLeft - kTop) * (update - first) / (last - first);
  };
  const auto y = [&](double loss) {
    return kTop + (kHeight - kTop - kBottom) * (1 - loss / std::max(highest, 1e-12));
  };
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" "
      "height=\"{1}\" font-family=\"sans-serif\" font-size=\"12\" fill=\"#555\">\n"
      "<title>Training loss by update</title>\n",
      kWidth, kHeight);
  for (const double share : {0.0, 0.5, 1.0}) {
    svg += fmt::format(
        "<line x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"#ddd\"/>"
        "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{:.3g}</text>\n",
        kLeft, kWidth - kTop, y(share * highest), y(share * highest), kLeft - 6,
        y(share * highest) + 4, share * highest);
  }
  svg += "<polyline fill=\"none\" stroke=\"#1f6feb\" stroke-width=\"1.5\" points=\"";
  for (std::size_t i = 0; i < curve.losses.size(); ++i) {
    svg += fmt::format("{:.1f},{:.1f} ", x(curve.updates[i]), y(curve.losses[i]));
  }
  svg += fmt::format(
      "\"/>\n<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>"
      "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">update {}</text>\n</svg>\n",
      kLeft, kHeight - 10, first, kWidth - kTop, kHeight - 10, last);
  return svg;
}

}  // namespace evotoken::reports
