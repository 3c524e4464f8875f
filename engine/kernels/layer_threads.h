// What one thread of a GPU does between the GEMMs of a transformer layer; the loops of
// layer_loops.h round at the same places.
//
//   RMSNorm   x · 1/√(mean(x²) + eps) in float32, rounded, · weight; a thread block per row
//   rotation  halves (a, b) of a head → (a·cos − b·sin, b·cos + a·sin); a thread per packet of the
//             first halves
//   SwiGLU    silu(gate), rounded, · up, with silu(g) = g / (1 + exp(−g)) as LibTorch's CUDA kernel
//             has it; a thread per packet
//
// A packet is kPacket neighbouring numbers, at a multiple of kPacket of its row: which number falls
// to whom does not depend on addresses, so sums come out the same to the last bit wherever a row
// lies and however many rows there are.
#pragma once

#include <c10/macros/Macros.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "engine/kernels/layer_work.h"

namespace evotoken::kernels::layers {

inline constexpr int kWarpThreads = 32;
inline constexpr int kWarps = 8;
inline constexpr int kThreads = kWarps * kWarpThreads;
inline constexpr int kPacket = 8;  ///< numbers; 16 bytes of a narrow type

C10_HOST_DEVICE inline std::int64_t packets_of(std::int64_t count) {
  return (count + kPacket - 1) / kPacket;
}

inline bool is_aligned(const void* address) {
  return reinterpret_cast<std::uintptr_t>(address) % 16 == 0;
}
// Whether whole packets of all rows may be read and written 16 bytes at a time.
template <typename T>
bool aligned(const RmsNormRows<T>& work) {
  return is_aligned(work.x) && is_aligned(work.weight) && is_aligned(work.y) &&
         work.width % kPacket == 0;
}
template <typename T>
bool aligned(const RotateRows<T>& work) {
  return is_aligned(work.x) && is_aligned(work.cos) && is_aligned(work.sin) &&
         work.stride % kPacket == 0 && work.head_dim % (2 * kPacket) == 0;
}
template <typename T>
bool aligned(const GatedSilu<T>& work) {
  return is_aligned(work.gate) && is_aligned(work.up) && is_aligned(work.y);
}

/// Up to kPacket neighbouring numbers; 0 stands where there are fewer.
template <typename T>
struct alignas(16) Packet {
  T values[kPacket];

  C10_HOST_DEVICE Packet(const T* from, std::int64_t count, bool aligned) {
    if (aligned && count >= kPacket) {
      std::memcpy(values, __builtin_assume_aligned(from, 16), sizeof(values));
      return;
    }
    for (int j = 0; j < kPacket; ++j) values[j] = j < count ? from[j] : static_cast<T>(0.0F);
  }
  C10_HOST_DEVICE void write(T* to, std::int64_t count, bool aligned) const {
    if (aligned && count >= kPacket) {
      void* const bytes = to;  // nvcc 13 breaks on the address of numbers
      std::memcpy(__builtin_assume_aligned(bytes, 16), values, sizeof(values));
      return;
    }
    for (int j = 0; j < kPacket && j < count; ++j) to[j] = values[j];
  }
  C10_HOST_DEVICE float operator[](int j) const { return static_cast<float>(values[j]); }
};

/// v as it would come back from memory of type T.
template <typename T>
C10_HOST_DEVICE float rounded(float v) {
  return static_cast<float>(static_cast<T>(v));
}

/// The thread's part of Σ x² over a row.
template <typename T>
C10_HOST_DEVICE float sum_of_squares(const RmsNormRows<T>& work, std::int64_t row, int thread,
                                     bool aligned) {
  const T* const x = work.x + row * work.width;
  float sum = 0;
  for (std::int64_t at = thread * kPacket; at < work.width; at += kThreads * kPacket) {
    const Packet<T> packet(x + at, work.width - at, aligned);
    for (int j = 0; j < kPacket; ++j) sum = std::fma(packet[j], packet[j], sum);
  }
  return sum;
}

/// Writes the thread's part of a row, whose Σ x² is `sum`.
template <typename T>
C10_HOST_DEVICE void write_normalised(const RmsNormRows<T>& work, std::int64_t row, int thread,
                                      float sum, bool aligned) {
  const float scale = 1.0F / std::sqrt(sum / static_cast<float>(work.width) + work.eps);
  const std::int64_t begin = row * work.width;
  for (std::int64_t at = thread * kPacket; at < work.width; at += kThreads * kPacket) {
    const std::int64_t count = work.width - at;
    Packet<T> packet(work.x + begin + at, count, aligned);
    const Packet<T> weight(work.weight + at, count, aligned);
    for (int j = 0; j < kPacket; ++j) {
      packet.values[j] = static_cast<T>(rounded<T>(packet[j] * scale) * weight[j]);
    }
    packet.write(work.y + begin + at, count, aligned);
  }
}

/// Turns (a, b) by an angle. Computed in float32 and rounded once or, with kStepwise, rounded to a
/// narrow T after every operation, the angle's cosine and sine first.
template <typename T, bool kStepwise>
C10_HOST_DEVICE void turn(T& a, T& b, float cos, float sin) {
  const auto x = static_cast<float>(a);
  const auto y = static_cast<float>(b);
  if (kStepwise && !std::is_same_v<T, float>) {
    const float c = rounded<T>(cos);
    const float s = rounded<T>(sin);
    a = static_cast<T>(rounded<T>(x * c) + rounded<T>(-y * s));
    b = static_cast<T>(rounded<T>(y * c) + rounded<T>(x * s));
  } else {
    a = static_cast<T>(std::fma(-y, sin, x * cos));
    b = static_cast<T>(std::fma(x, sin, y * cos));
  }
}

/// How many packets the first halves of all heads have.
template <typename T>
C10_HOST_DEVICE std::int64_t packets_of(const RotateRows<T>& work) {
  return work.rows * work.heads * packets_of(work.head_dim / 2);
}

/// Rotates packet `number` of the first halves, with what it is paired with.
template <typename T, bool kStepwise>
C10_HOST_DEVICE void rotate_packet(const RotateRows<T>& work, std::uint32_t number, bool aligned) {
  const std::int64_t half = work.head_dim / 2;
  const auto per_head = static_cast<std::uint32_t>(packets_of(half));
  const auto heads = static_cast<std::uint32_t>(work.heads);
  const std::int64_t at = static_cast<std::int64_t>(number % per_head) * kPacket;
  const std::int64_t head = number / per_head % heads;
  const std::int64_t row = number / per_head / heads;
  T* const first = work.x + row * work.stride + head * work.head_dim + at;
  const std::int64_t angles = row * work.head_dim + at;
  const std::int64_t count = half - at;
  Packet<T> a(first, count, aligned);
  Packet<T> b(first + half, count, aligned);
  const Packet<float> cos(work.cos + angles, count, aligned);
  const Packet<float> sin(work.sin + angles, count, aligned);
  for (int j = 0; j < kPacket; ++j) {
    turn<T, kStepwise>(a.values[j], b.values[j], cos[j], sin[j]);
  }
  a.write(first, count, aligned);
  b.write(first + half, count, aligned);
}

C10_HOST_DEVICE inline float silu(float g) { return g / (1.0F + std::exp(-g)); }

template <typename T>
C10_HOST_DEVICE void gate_packet(const GatedSilu<T>& work, std::int64_t number, bool aligned) {
  const std::int64_t at = number * kPacket;
  const std::int64_t count = work.count - at;
  Packet<T> packet(work.gate + at, count, aligned);
  const Packet<T> up(work.up + at, count, aligned);
  for (int j = 0; j < kPacket; ++j) {
    packet.values[j] = static_cast<T>(rounded<T>(silu(packet[j])) * up[j]);
  }
  packet.write(work.y + at, count, aligned);
}

}  // namespace evotoken::kernels::layers
