#include "reports/loss_curve.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.h"
#include "base/files.h"
#include "tests/support.h"

namespace evotoken::reports {
namespace {

class LossCurveTest : public ::testing::Test {
 protected:
  LossCurve read(const std::string& text) {
    write_file_atomically(path_, text);
    return read_loss_curve(path_);
  }
  static std::string line(int update, double loss) {
    return fmt::format("{{\"update\":{},\"loss\":{},\"grad_norm\":1}}\n", update, loss);
  }

  const testing::TemporaryDir dir_;
  const std::filesystem::path path_ = dir_.path() / "loss.jsonl";
};

TEST_F(LossCurveTest, HasAPointPerUpdateUntilThereAreTooMany) {
  EXPECT_EQ(read(line(1, 3) + line(2, 2.5)).losses, (std::vector<double>{3, 2.5}));
  std::string text;
  for (int update = 1; update <= 1000; ++update) text += line(update, update % 2);
  const LossCurve curve = read(text);
  EXPECT_LE(curve.losses.size(), 400U);
  EXPECT_EQ(curve.updates.back(), 1000);
  EXPECT_EQ(curve.losses.size(), curve.updates.size());
  EXPECT_NEAR(curve.losses[0], 2.0 / 3, 1e-12) << "the mean of three";
}

TEST_F(LossCurveTest, IsDrawnWithItsPoints) {
  EXPECT_EQ(draw_loss_curve(read("")), "");
  const std::string svg = draw_loss_curve(read(line(1, 3) + line(2, 2) + line(3, 1)));
  EXPECT_THAT(svg, ::testing::StartsWith("<svg"));
  const std::size_t begin = svg.find("points=\"");
  const std::string points = svg.substr(begin, svg.find("\"/>", begin) - begin);
  EXPECT_EQ(std::count(points.begin(), points.end(), ','), 3);
}

TEST_F(LossCurveTest, SaysWhichLineIsNone) {
  try {
    read(line(1, 3) + "{\"update\":2}\n");
    FAIL() << "accepted";
  } catch (const DataError& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("loss.jsonl:2: no number \"loss\""));
  }
}

}  // namespace
}  // namespace evotoken::reports
