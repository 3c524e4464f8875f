#include "training/loss_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/files.h"

namespace evotoken::training {
namespace fs = std::filesystem;

namespace {

using nlohmann::ordered_json;

constexpr double kWidth = 720;
constexpr double kHeight = 300;
constexpr double kLeft = 56;
constexpr double kBottom = 32;
constexpr double kTop = 16;
constexpr std::size_t kPoints = 400;

struct Curve {
  std::vector<double> updates;
  std::vector<double> losses;
};

/// Means of the log's losses over equal stretches.
Curve read_curve(const fs::path& log) {
  Curve all;
  for_each_line(log, [&](std::string_view line, std::size_t number) {
    const ordered_json json = parse_json(line, fmt::format("{}:{}", log.string(), number));
    all.updates.push_back(json.at("update").get<double>());
    all.losses.push_back(json.at("loss").get<double>());
  });
  const std::size_t stretch = (all.losses.size() + kPoints - 1) / kPoints;
  Curve thinned;
  for (std::size_t begin = 0; begin < all.losses.size(); begin += stretch) {
    const std::size_t end = std::min(begin + stretch, all.losses.size());
    double sum = 0;
    for (std::size_t i = begin; i < end; ++i) sum += all.losses[i];
    thinned.updates.push_back(all.updates[end - 1]);
    thinned.losses.push_back(sum / static_cast<double>(end - begin));
  }
  return thinned;
}

}  // namespace

LossLog::LossLog(fs::path path, std::int64_t keep_updates) : path_(std::move(path)), lock_(path_) {
  std::string kept;
  if (keep_updates > 0 && fs::exists(path_)) {
    for_each_line(path_, [&](std::string_view line, std::size_t) {
      const ordered_json json = ordered_json::parse(line, nullptr, /*allow_exceptions=*/false);
      if (json.is_discarded() || json.at("update").get<std::int64_t>() > keep_updates) return;
      kept.append(line).append("\n");
    });
  }
  write_file_atomically(path_, kept);
}

void LossLog::append(const LossRecord& record) {
  ordered_json line = {{"update", record.update}, {"loss", record.loss.total}};
  if (!record.loss.stages.empty()) line["stages"] = record.loss.stages;
  line["grad_norm"] = record.grad_norm;
  line["learning_rate"] = record.learning_rate;
  line["tokens"] = record.loss.tokens;
  line["seconds"] = record.seconds;
  std::ofstream stream(path_, std::ios::app);
  stream << line.dump() << '\n' << std::flush;
  if (!stream) {
    throw DeviceError(
        fmt::format("{}: cannot be written, expected a writable folder with free "
                    "space; make room and go on with --resume",
                    path_.string()));
  }
}

std::string draw_losses(const fs::path& log) {
  const Curve curve = read_curve(log);
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

}  // namespace evotoken::training
