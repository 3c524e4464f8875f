// Per tile: one look for the maximum of each chunk; from there on, chunks that cannot hold anything
// new are skipped. Noise is bounded before it is computed (vector_loops.h), and what the bound lets
// through is computed in double exactly as the plain kernel does, so the candidates are the same.
#include "engine/kernels/row_scan.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "engine/kernels/uniforms.h"
#include "engine/kernels/vector_loops.h"

namespace evotoken::kernels {
namespace {

constexpr std::int64_t kChunk = 256;
constexpr double kInfinity = std::numeric_limits<double>::infinity();
/// −ln(−ln u) of the largest u, 1 − 2^-53, rounded up.
constexpr double kLargestNoise = 36.75;

void offer(Findings& findings, std::int64_t top_k, const RankedLogit& logit) {
  auto& top = findings.top;
  if (static_cast<std::int64_t>(top.size()) == top_k) {
    if (!logit.before(top.back())) return;
    top.pop_back();
  }
  auto place = top.end();
  while (place != top.begin() && logit.before(*(place - 1))) --place;
  top.insert(place, logit);
}

/// The maximum of each chunk of a stretch, NaN where a logit is none.
class ChunkMaxima {
 public:
  explicit ChunkMaxima(const Stretch& stretch) {
    for (std::int64_t at = 0; at < stretch.count; at += kChunk) {
      const auto n = static_cast<std::size_t>(std::min(kChunk, stretch.count - at));
      maxima_[static_cast<std::size_t>(at / kChunk)] = maximum(stretch.logits + at, n);
    }
    chunks_ = (stretch.count + kChunk - 1) / kChunk;
  }
  double of(std::int64_t chunk) const {
    return static_cast<double>(maxima_[static_cast<std::size_t>(chunk)]);
  }
  /// NaN when one is.
  double of_all() const {
    double all = -kInfinity;
    for (std::int64_t c = 0; c < chunks_; ++c) {
      if (std::isnan(of(c))) return of(c);
      all = std::max(all, of(c));
    }
    return all;
  }

 private:
  std::array<float, kTileRows / kChunk + 1> maxima_{};
  std::int64_t chunks_ = 0;
};

/// Calls visit(first index, end index, maximum) for every chunk of a stretch.
template <typename Visit>
void for_each_chunk(const Stretch& stretch, const ChunkMaxima& maxima, Visit visit) {
  for (std::int64_t at = 0; at < stretch.count; at += kChunk) {
    visit(at, std::min(at + kChunk, stretch.count), maxima.of(at / kChunk));
  }
}

void find_top(const Stretch& stretch, const ChunkMaxima& maxima, std::int64_t top_k,
              Findings& findings) {
  for_each_chunk(stretch, maxima, [&](std::int64_t at, std::int64_t end, double maximum) {
    const bool full = static_cast<std::int64_t>(findings.top.size()) == top_k;
    if (full && maximum < findings.top.back().value) return;
    for (std::int64_t i = at; i < end; ++i) {
      offer(findings, top_k, {static_cast<double>(stretch.logits[i]), stretch.begin + i});
    }
  });
}

PartialSum sum_stretch(const Stretch& stretch, double maximum) {
  if (maximum == -kInfinity) return {maximum, 0};
  if (!std::isfinite(maximum)) return {0, std::numeric_limits<double>::quiet_NaN()};
  return {maximum, sum_exp(stretch.logits, static_cast<std::size_t>(stretch.count),
                           static_cast<float>(maximum))};
}

/// Lets single logits compete, with noise where there is a temperature.
class CandidateSearch {
 public:
  CandidateSearch(const PredictRowsInput& input, std::int64_t row, Findings& findings)
      : input_(input),
        findings_(findings),
        stream_{input.current_key(), input.current_step(), input.position(row)},
        table_(input.uniforms == nullptr ? nullptr : input.uniforms + row * input.vocab) {}

  void search(const Stretch& stretch, const ChunkMaxima& maxima) {
    for_each_chunk(stretch, maxima, [&](std::int64_t at, std::int64_t end, double maximum) {
      const double reach = maximum + input_.temperature * kLargestNoise;
      if (findings_.candidate.id >= 0 && reach < findings_.candidate.value) return;
      if (input_.temperature > 0 && table_ == nullptr) {
        search_noisy(stretch, at, end);
      } else {
        for (std::int64_t i = at; i < end; ++i) compete(stretch, i);
      }
    });
  }

 private:
  void compete(const Stretch& stretch, std::int64_t i) {
    const std::int64_t id = stretch.begin + i;
    if (input_.ban_mask && id == input_.mask_id) return;
    const auto logit = static_cast<double>(stretch.logits[i]);
    const RankedLogit entry{logit - noise(id), id};
    // The comparison is false for NaN; −∞ never becomes a candidate either.
    const bool first = findings_.candidate.id < 0 && entry.value > -kInfinity;
    if (!first && !(findings_.candidate.id >= 0 && entry.before(findings_.candidate))) return;
    findings_.candidate = entry;
    findings_.candidate_logit = logit;
  }

  double noise(std::int64_t id) const {
    if (!(input_.temperature > 0)) return 0;
    const double u = table_ != nullptr ? table_[id]
                                       : uniform(stream_.key, stream_.step, stream_.position,
                                                 static_cast<std::uint64_t>(id));
    return input_.temperature * std::log(-std::log(u));
  }

  void search_noisy(const Stretch& stretch, std::int64_t at, std::int64_t end) {
    if ((stretch.begin + at) % 2 == 1) compete(stretch, at++);
    std::array<std::uint32_t, kChunk> found;
    const NoisyGoal goal = {stream_, static_cast<float>(input_.temperature), needed()};
    const std::size_t count =
        gumbel_contenders(stretch.logits + at, static_cast<std::size_t>((end - at) / 2),
                          static_cast<std::uint64_t>((stretch.begin + at) / 2), goal, found.data());
    for (std::size_t i = 0; i < count; ++i) compete(stretch, at + found[i]);
    if ((end - at) % 2 == 1) compete(stretch, end - 1);
  }

  /// What must be reached, lowered by more than the rounding of the bound in float32.
  float needed() const {
    if (findings_.candidate.id < 0) return -std::numeric_limits<float>::infinity();
    const double best = findings_.candidate.value;
    return static_cast<float>(best - 1e-5 * (std::abs(best) + 150 * input_.temperature));
  }

  const PredictRowsInput& input_;
  Findings& findings_;
  const NoiseStream stream_;
  const double* const table_;
};

PartialSum add(const PartialSum& a, const PartialSum& b) {
  if (std::isnan(a.sum) || b.sum == 0) return a;
  if (std::isnan(b.sum) || a.sum == 0) return b;
  const double maximum = std::max(a.maximum, b.maximum);
  return {maximum, a.sum * std::exp(a.maximum - maximum) + b.sum * std::exp(b.maximum - maximum)};
}

}  // namespace

PartialSum scan_tile(const PredictRowsInput& input, std::int64_t row, const Stretch& tile,
                     Findings& findings) {
  const bool has_candidate = row < input.candidate_rows;
  PartialSum sum{-kInfinity, 0};
  const auto scan = [&](std::int64_t from, std::int64_t to) {
    if (from >= to) return;
    const Stretch stretch{tile.logits + (from - tile.begin), from, to - from};
    const ChunkMaxima maxima(stretch);
    if (input.top_k > 0) find_top(stretch, maxima, input.top_k, findings);
    if (!has_candidate) return;
    sum = add(sum, sum_stretch(stretch, maxima.of_all()));
    CandidateSearch(input, row, findings).search(stretch, maxima);
  };
  const std::int64_t end = tile.begin + tile.count;
  const bool gap = !input.mask_in_softmax() && tile.begin <= input.mask_id && input.mask_id < end;
  scan(tile.begin, gap ? input.mask_id : end);
  if (gap) scan(input.mask_id + 1, end);
  return sum;
}

void merge(Findings& findings, const Findings& other, std::int64_t top_k) {
  for (const RankedLogit& logit : other.top) offer(findings, top_k, logit);
  if (other.candidate.id < 0) return;
  if (findings.candidate.id < 0 || other.candidate.before(findings.candidate)) {
    findings.candidate = other.candidate;
    findings.candidate_logit = other.candidate_logit;
  }
}

void finish_row(const PredictRowsInput& input, std::int64_t row, const Findings& findings,
                const std::vector<PartialSum>& sums, const PredictRowsOutput& output) {
  const auto found = static_cast<std::int64_t>(findings.top.size());
  double total = 0;
  for (std::int64_t k = 0; k < input.top_k; ++k) {
    const auto at = static_cast<std::size_t>(k);
    const double share = k < found ? std::exp(findings.top[at].value - findings.top[0].value) : 0;
    output.top_ids[row * input.top_k + k] =
        k < found ? static_cast<std::int32_t>(findings.top[at].id) : -1;
    output.top_shares[row * input.top_k + k] = share;
    total += share;
  }
  for (std::int64_t k = 0; k < input.top_k; ++k) output.top_shares[row * input.top_k + k] /= total;
  if (row >= input.candidate_rows) return;

  PartialSum all{-kInfinity, 0};
  for (const PartialSum& sum : sums) all = add(all, sum);
  const bool numbers = std::isfinite(all.sum) && all.sum > 0 && findings.candidate.id >= 0;
  output.candidate[row] = numbers ? static_cast<std::int32_t>(findings.candidate.id) : -1;
  output.confidence[row] = numbers ? std::exp(findings.candidate_logit - all.maximum) / all.sum : 0;
}

}  // namespace evotoken::kernels
