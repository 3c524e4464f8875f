// What the threads of the CUDA kernel do, played on a host: all threads of all tiles of a row,
// their findings merged in the order of predict_rows_cuda.cu, against the plain kernel.
#include "engine/kernels/tile_scan.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "engine/kernels/tile_noise.h"

namespace evotoken::kernels::tiles {
namespace {

/// What a kernel wrote; poisoned, so that a place that is not written shows.
struct Result {
  std::vector<std::int32_t> candidate;
  std::vector<double> confidence;
  std::vector<std::int32_t> top_ids;
  std::vector<double> top_shares;

  explicit Result(const PredictRowsInput& input)
      : candidate(static_cast<std::size_t>(input.candidate_rows), -7),
        confidence(candidate.size(), -7),
        top_ids(static_cast<std::size_t>(input.rows * input.top_k), -7),
        top_shares(top_ids.size(), -7) {}
  PredictRowsOutput pointers() {
    return {candidate.data(), confidence.data(), top_ids.data(), top_shares.data()};
  }
};

/// Combines 32 values as warp_reduce.cuh does.
template <typename T, typename Combine>
T by_warp(std::array<T, kWarpThreads> values, Combine combine) {
  for (unsigned lanes = 16; lanes > 0; lanes /= 2) {
    const auto before = values;
    for (unsigned i = 0; i < kWarpThreads; ++i) values[i] = combine(before[i], before[i ^ lanes]);
  }
  return values[0];
}

constexpr auto kAdd = [](double a, double b) { return a + b; };
constexpr int kCapacity = 8;
using List = TopList<kCapacity>;

/// The tile's list from its threads' lists.
void take_over(List& list, const List& other) {
  for (const Ranked& entry : other.entries) list.offer(entry);
}

struct Tile {
  TilePartial partial{0, no_contender(), -kInfinity};
  List list;
};

template <typename T>
Tile scan(const PredictRowsInput& input, std::int64_t row_index, int tile, int listed) {
  const RowView<T> row(input, row_index);
  const Noise noise(input, row_index);
  const bool has_candidate = row_index < input.candidate_rows;
  const bool noisy = has_candidate && input.temperature > 0;
  std::vector<Look> looks;
  std::vector<NoiseBounds> bounds(kThreads);
  std::array<float, kWarps> maxima;
  maxima.fill(-kInfinity);
  float lower = -kInfinity;
  for (int t = 0; t < kThreads; ++t) {
    looks.push_back(look(row, tile, t));
    float& warp = maxima[static_cast<std::size_t>(t / kWarpThreads)];
    warp = larger_or_nan(warp, looks.back().maximum);
    if (!noisy) continue;
    bounds[static_cast<std::size_t>(t)] = bound_noise(row, noise, tile, t);
    lower = larger_or_nan(lower, bounds[static_cast<std::size_t>(t)].lower);
  }
  Tile found;
  for (const float warp : maxima) {
    found.partial.maximum = larger_or_nan(found.partial.maximum, warp);
  }
  const float maximum = found.partial.maximum;
  if (std::isnan(maximum)) return found;
  const float threshold = top_threshold(maxima.data(), listed);
  for (int warp = 0; warp < kWarps; ++warp) {
    std::array<double, kWarpThreads> sums{};
    for (int lane = 0; lane < kWarpThreads; ++lane) {
      const int t = warp * kWarpThreads + lane;
      const auto at = static_cast<std::size_t>(t);
      if (has_candidate) {
        sums[static_cast<std::size_t>(lane)] = sum_exp(row, tile, t, maximum);
      }
      if (listed > 0) {
        take_over(found.list, find_top<kCapacity>(row, tile, t, looks[at].maxima, threshold));
      }
      if (!noisy) continue;
      const float needed = needed_reach(lower, input.temperature);
      const unsigned promising = promising_packets(bounds[at].upper, needed);
      const Contender contender = find_contender(row, noise, tile, t, promising);
      found.partial.contender = first_of(found.partial.contender, contender);
    }
    found.partial.sum += by_warp(sums, kAdd);
  }
  return found;
}

template <typename T>
void predict_row(const PredictRowsInput& input, const PredictRowsOutput& output, std::int64_t row) {
  const int listed = input.top_k > 0          ? static_cast<int>(input.top_k)
                     : input.temperature == 0 ? 1
                                              : 0;
  std::vector<Tile> tiles;
  float maximum = -kInfinity;
  Contender candidate = no_contender();
  List list;
  for (int t = 0; t < tile_count(input.vocab); ++t) {
    tiles.push_back(scan<T>(input, row, t, listed));
    maximum = larger_or_nan(maximum, tiles.back().partial.maximum);
    candidate = first_of(candidate, tiles.back().partial.contender);
    take_over(list, tiles.back().list);
  }
  const bool numbers = !std::isnan(maximum);
  double total = 0;
  for (int k = 0; k < input.top_k; ++k) total += top_weight(list.entries[k], list.entries[0]);
  for (int k = 0; k < input.top_k; ++k) {
    output.top_ids[row * input.top_k + k] = numbers ? list.entries[k].id : -1;
    output.top_shares[row * input.top_k + k] =
        numbers ? top_weight(list.entries[k], list.entries[0]) / total
                : static_cast<double>(kNotANumber);
  }
  if (row >= input.candidate_rows) return;
  std::array<double, kWarpThreads> sums{};
  for (std::size_t t = 0; numbers && t < tiles.size(); ++t) {
    sums[t % kWarpThreads] += rescaled_sum(tiles[t].partial, maximum);
  }
  if (input.temperature == 0) {
    const Ranked& first = list.entries[0];
    candidate = {static_cast<double>(first.logit), first.logit, first.id};
  }
  write_candidate(output, row, candidate, maximum, by_warp(sums, kAdd));
}

Result play(const PredictRowsInput& input) {
  Result result(input);
  for (std::int64_t row = 0; row < input.rows; ++row) {
    switch (input.type) {
      case LogitType::kFloat32:
        predict_row<float>(input, result.pointers(), row);
        break;
      case LogitType::kBFloat16:
        predict_row<c10::BFloat16>(input, result.pointers(), row);
        break;
      case LogitType::kFloat16:
        predict_row<c10::Half>(input, result.pointers(), row);
        break;
    }
  }
  return result;
}

PredictRowsInput input_for(const at::Tensor& logits) {
  PredictRowsInput input;
  input.logits = logits.const_data_ptr();
  input.type = logits.scalar_type() == at::kFloat      ? LogitType::kFloat32
               : logits.scalar_type() == at::kBFloat16 ? LogitType::kBFloat16
                                                       : LogitType::kFloat16;
  input.rows = input.candidate_rows = logits.size(0);
  input.vocab = logits.size(1);
  input.random_key = 1234;
  input.step = 5;
  input.first_position = 100;
  return input;
}

void expect_near(const std::vector<double>& actual, const std::vector<double>& expected) {
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i) {
    if (std::isnan(expected[i])) {
      EXPECT_TRUE(std::isnan(actual[i])) << i;
    } else {
      EXPECT_NEAR(actual[i], expected[i], 1e-12 * expected[i]) << i;
    }
  }
}

void expect_plain(const PredictRowsInput& input) {
  Result plain(input);
  predict_rows_plain(input, plain.pointers(), 0, input.rows);
  const Result played = play(input);
  EXPECT_EQ(played.candidate, plain.candidate);
  EXPECT_EQ(played.top_ids, plain.top_ids);
  expect_near(played.confidence, plain.confidence);
  expect_near(played.top_shares, plain.top_shares);
}

/// `rows` of random logits that begin `offset` elements behind an aligned address.
at::Tensor logits_at(std::int64_t offset, const at::Tensor& logits) {
  const at::Tensor storage = at::empty({offset + logits.numel()}, logits.options());
  at::Tensor view = storage.narrow(0, offset, logits.numel()).view(logits.sizes());
  return view.copy_(logits);
}

constexpr at::ScalarType kTypes[] = {at::kFloat, at::kBFloat16, at::kHalf};

TEST(TileScan, PlaysThePlainKernelOnRandomShapes) {
  at::manual_seed(3);
  std::int64_t turn = 0;  // varies what is not looped over
  for (const std::int64_t vocab : {1, 2, 9, 101, 2047, 8191, 8192, 8193, 20001, 33000}) {
    for (const double scale : {0.01, 3.0, 30.0}) {  // flat to spiked
      for (const double temperature : {0.0, 0.3, 1.0}) {
        for (const at::ScalarType type : kTypes) {
          ++turn;
          const at::Tensor logits = logits_at(turn % 3, (at::randn({3, vocab}) * scale).to(type));
          PredictRowsInput input = input_for(logits);
          input.candidate_rows = 2;
          input.temperature = temperature;
          input.ban_mask = turn % 4 != 0;
          input.mask_id = turn % 5 == 0 ? vocab - 1 : (turn * 7919) % vocab;
          input.top_k = std::min<std::int64_t>(turn % 9, vocab - 1);
          SCOPED_TRACE(::testing::Message()
                       << type << " vocabulary " << vocab << ", scale " << scale << ", temperature "
                       << temperature << ", top " << input.top_k << ", mask " << input.mask_id
                       << (input.ban_mask ? " banned" : ""));
          expect_plain(input);
        }
      }
    }
  }
}

TEST(TileScan, TiesGoToTheLowestRow) {
  at::manual_seed(4);
  for (const at::ScalarType type : kTypes) {
    for (const std::int64_t kinds : {1, 2, 5}) {  // different logits
      const at::Tensor logits = at::randint(kinds, {2, 17001}, at::kFloat).to(type);
      PredictRowsInput input = input_for(logits);
      for (std::int64_t top_k = 0; top_k <= 8; ++top_k) {
        for (const double temperature : {0.0, 0.5}) {
          input.top_k = top_k;
          input.mask_id = top_k * 100;
          input.temperature = temperature;
          SCOPED_TRACE(::testing::Message() << type << ", " << kinds << " kinds, top " << top_k
                                            << ", temperature " << temperature);
          expect_plain(input);
        }
      }
    }
  }
}

TEST(TileScan, MinusInfinityIsAsGoodAsAnyLogit) {
  for (const at::ScalarType type : kTypes) {
    // A row with a single finite logit, one with a tile of them, one with none.
    at::Tensor logits = at::full({3, 25000}, -kInfinity);
    logits[0][9000] = 2;
    logits[1].narrow(0, 8192, 8192).copy_(at::randn({8192}));
    logits = logits.to(type);
    PredictRowsInput input = input_for(logits);
    for (const std::int64_t mask : {7, 9000}) {
      for (const double temperature : {0.0, 1.0}) {
        input.mask_id = mask;
        input.temperature = temperature;
        input.top_k = 5;
        SCOPED_TRACE(::testing::Message() << type << mask << ", temperature " << temperature);
        expect_plain(input);
      }
    }
  }
}

TEST(TileScan, LogitsThatAreNotNumbersAreReported) {
  at::manual_seed(5);
  for (const float bad : {kNotANumber, kInfinity}) {
    for (const std::int64_t place : {0, 77, 8192, 20000}) {
      for (const double temperature : {0.0, 1.0}) {
        at::Tensor logits = at::randn({3, 20001});
        logits[1][place] = bad;
        logits[2][place] = bad;
        PredictRowsInput input = input_for(logits);
        input.candidate_rows = 2;
        input.temperature = temperature;
        input.mask_id = 5;
        input.top_k = 3;
        Result plain(input);
        predict_rows_plain(input, plain.pointers(), 0, 3);
        const Result played = play(input);
        EXPECT_EQ(played.candidate, plain.candidate);
        EXPECT_EQ(played.candidate[1], -1);
        expect_near(played.confidence, plain.confidence);
        for (std::size_t i = 3; i < 9; ++i) EXPECT_TRUE(std::isnan(played.top_shares[i])) << i;
        // Without noise a banned row is not read at all.
        input.mask_id = place;
        if (temperature == 0) expect_plain(input);
      }
    }
  }
}

TEST(TileScan, InjectedUniformsAreUsed) {
  at::manual_seed(6);
  const at::Tensor logits = at::randn({2, 9001});
  at::Tensor uniforms = at::rand({2, 9001}, at::kDouble);
  uniforms[0][8999] = 1 - 0x1p-53;
  uniforms[1][3] = 1;  // infinite noise
  uniforms[1].narrow(0, 100, 50).fill_(0);
  PredictRowsInput input = input_for(logits);
  input.temperature = 1;
  input.uniforms = uniforms.const_data_ptr<double>();
  expect_plain(input);
  EXPECT_EQ(play(input).candidate, (std::vector<std::int32_t>{8999, 3}));
}

TEST(TileScan, ResultsDependNeitherOnTheAddressNorOnTheRowsBeside) {
  at::manual_seed(7);
  const at::Tensor row = at::randn({1, 20001}).to(at::kBFloat16);
  PredictRowsInput input = input_for(row);
  input.top_k = 8;
  const Result alone = play(input);
  const at::Tensor rows = row.expand({4, 20001}).contiguous();
  input = input_for(rows);
  input.top_k = 8;
  const Result beside = play(input);
  for (std::size_t r = 0; r < 4; ++r) {
    EXPECT_EQ(beside.confidence[r], alone.confidence[0]) << "to the last bit";
  }
}

TEST(TileScan, ThresholdIsTheKthLargest) {
  const std::array<float, kWarps> maxima = {3, 9, -kInfinity, 9, 1, 0, -2, 5};
  const std::array<float, kWarps> sorted = {9, 9, 5, 3, 1, 0, -2, -kInfinity};
  for (int k = 1; k <= kWarps; ++k) {
    EXPECT_EQ(top_threshold(maxima.data(), k), sorted[static_cast<std::size_t>(k - 1)]) << k;
  }
}

}  // namespace
}  // namespace evotoken::kernels::tiles
