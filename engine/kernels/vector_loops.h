// Loops over contiguous floats in the widest vectors that the CPU has: Highway compiles them for
// each instruction set and picks one at run time.
#pragma once

#include <cstddef>
#include <cstdint>

namespace evotoken::kernels {

/// The largest of `n` ≥ 1 numbers; NaN when one of them is.
float maximum(const float* x, std::size_t n);

/// Σ exp(x_i − shift) of `n` finite numbers, none above `shift`, in double: revision compares
/// confidences of different passes, and float32 exponentials decide near ties otherwise.
double sum_exp(const float* x, std::size_t n, float shift);

/// Which random numbers belong to a row: see uniforms.h.
struct NoiseStream {
  std::uint64_t key = 0;
  std::uint32_t step = 0;
  std::uint32_t position = 0;
};

/// What logit + temperature · noise of a stream has to reach.
struct NoisyGoal {
  NoiseStream stream;
  float temperature = 0;
  float needed = 0;
};

/// Finds the elements that may reach the goal once Gumbel noise is added, without computing the
/// noise: with u < 1 − 2^-k the noise −ln(−ln u) is below k·ln 2, and k is a matter of leading ones
/// of the random bits. Misses none that does.
///
/// `x` holds 2·pairs numbers, of the vocabulary rows from 2·first_pair on. Writes the indices
/// (into x, no particular order) to `found`, which has room for 2·pairs, and returns how many.
std::size_t gumbel_contenders(const float* x, std::size_t pairs, std::uint64_t first_pair,
                              const NoisyGoal& goal, std::uint32_t* found);

}  // namespace evotoken::kernels
