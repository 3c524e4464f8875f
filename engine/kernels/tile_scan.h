// What one thread of a GPU does with its part of a tile of logits.
//
// A tile is kTile logits of one row, scanned by kThreads threads with kPackets packets each; thread
// t holds the packets t, t + kThreads, … of the tile. Which logit falls to whom depends on its row
// of the vocabulary alone, never on addresses or on the number of rows: sums come out the same to
// the last bit wherever a row lies.
//
//   look        reads all packets, their loads in flight together, and says what their maxima are;
//               what comes later finds the logits in the first-level cache
//   bound       with temperature: what the noise can make of each packet at most, and of one logit
//               at least, from the leading ones of its random bits; no logarithm is computed
//   (threads exchange maxima and bounds)
//   sum         Σ exp(l − maximum of the tile), in double
//   find        the few packets that reach the exchanged thresholds are looked at logit by logit
#pragma once

#include <c10/macros/Macros.h>

#include <cmath>
#include <cstdint>
#include <cstring>

#include "engine/kernels/tile_findings.h"

namespace evotoken::kernels::tiles {

inline constexpr int kWarpThreads = 32;
inline constexpr int kWarps = 8;
inline constexpr int kThreads = kWarps * kWarpThreads;
inline constexpr int kPacket = 8;  ///< logits; 16 bytes of a narrow type
inline constexpr int kPackets = 4;
inline constexpr int kTile = kThreads * kPackets * kPacket;

C10_HOST_DEVICE inline std::int32_t tile_count(std::int64_t vocab) {
  return static_cast<std::int32_t>((vocab + kTile - 1) / kTile);
}

/// Vocabulary row of the first logit of a thread's packet.
C10_HOST_DEVICE inline std::int32_t packet_begin(int tile, int thread, int packet) {
  return tile * kTile + (packet * kThreads + thread) * kPacket;
}

template <typename T>
struct RowView {
  const T* logits;
  std::int32_t vocab;
  std::int32_t excluded;  ///< row of the vocabulary that takes no part, or −1
  bool aligned;           ///< whether `logits` is a multiple of 16 bytes

  C10_HOST_DEVICE RowView(const PredictRowsInput& input, std::int64_t row)
      : logits(static_cast<const T*>(input.logits) + row * input.vocab),
        vocab(static_cast<std::int32_t>(input.vocab)),
        excluded(input.ban_mask && input.temperature == 0 ? static_cast<std::int32_t>(input.mask_id)
                                                          : -1),
        aligned(reinterpret_cast<std::uintptr_t>(logits) % 16 == 0) {}

  C10_HOST_DEVICE bool takes_part(std::int32_t id) const { return id < vocab && id != excluded; }
  C10_HOST_DEVICE float operator[](std::int32_t id) const { return static_cast<float>(logits[id]); }
  /// Whether the `count` logits from `first` on may be read as they lie.
  C10_HOST_DEVICE bool plain(std::int32_t first, std::int32_t count) const {
    const bool gap = first <= excluded && excluded < first + count;
    return aligned && first + count <= vocab && !gap;
  }
};

/// Neighbouring logits; −∞ stands where one takes no part.
template <typename T>
struct alignas(16) Packet {
  T logits[kPacket];

  Packet() = default;
  C10_HOST_DEVICE Packet(const RowView<T>& row, std::int32_t first) {
    if (row.plain(first, kPacket)) {
      read(row.logits + first);
      return;
    }
    EVOTOKEN_UNROLL
    for (int j = 0; j < kPacket; ++j) {
      logits[j] = row.takes_part(first + j) ? row.logits[first + j] : static_cast<T>(-kInfinity);
    }
  }
  /// 16 bytes a load.
  C10_HOST_DEVICE void read(const T* from) {
    std::memcpy(logits, __builtin_assume_aligned(from, 16), sizeof(logits));
  }
  C10_HOST_DEVICE float operator[](int j) const { return static_cast<float>(logits[j]); }
};

/// What a first look at a thread's part of a tile tells.
struct Look {
  float maxima[kPackets];  ///< of the packets, as if NaN were −∞
  float maximum;           ///< of all; NaN when a logit is
};

template <typename T>
C10_HOST_DEVICE Look look(const RowView<T>& row, int tile, int thread) {
  Packet<T> packets[kPackets];
  if (row.plain(tile * kTile, kTile)) {  // the same for all threads; the loads wait for nothing
    EVOTOKEN_UNROLL
    for (int p = 0; p < kPackets; ++p) packets[p].read(row.logits + packet_begin(tile, thread, p));
  } else {
    EVOTOKEN_UNROLL
    for (int p = 0; p < kPackets; ++p) packets[p] = Packet<T>(row, packet_begin(tile, thread, p));
  }
  Look found;
  found.maximum = -kInfinity;
  bool numbers = true;
  EVOTOKEN_UNROLL
  for (int p = 0; p < kPackets; ++p) {
    float largest = -kInfinity;
    EVOTOKEN_UNROLL
    for (int j = 0; j < kPacket; ++j) {
      const float logit = packets[p][j];
      numbers = numbers && logit == logit;
      largest = ::fmaxf(largest, logit);
    }
    found.maxima[p] = largest;
    found.maximum = ::fmaxf(found.maximum, largest);
  }
  if (!numbers) found.maximum = kNotANumber;
  return found;
}

/// Σ exp(l − maximum) over the thread's part, in double: revision compares confidences of different
/// passes, and float32 exponentials decide near ties otherwise.
template <typename T>
C10_HOST_DEVICE double sum_exp(const RowView<T>& row, int tile, int thread, float maximum) {
  // A tile of −∞ sums to 0; its distance from its maximum would not be a number.
  const double shift = maximum == -kInfinity ? 0 : static_cast<double>(maximum);
  double sum = 0;
  EVOTOKEN_KEEP_ROLLED
  for (int p = 0; p < kPackets; ++p) {
    const Packet<T> packet(row, packet_begin(tile, thread, p));
    EVOTOKEN_UNROLL
    for (int j = 0; j < kPacket; ++j) sum += ::exp(static_cast<double>(packet[j]) - shift);
  }
  return sum;
}

/// The k-th largest (from 1) of what the warps found largest: as many logits of the tile are not
/// below it, so whoever is cannot be among the top k. k ≤ kWarps.
C10_HOST_DEVICE inline float top_threshold(const float* warp_maxima, int k) {
  float threshold = -kInfinity;
  EVOTOKEN_UNROLL
  for (int i = 0; i < kWarps; ++i) {
    int rank = 1;
    EVOTOKEN_UNROLL
    for (int j = 0; j < kWarps; ++j) {
      const bool earlier =
          warp_maxima[j] > warp_maxima[i] || (warp_maxima[j] == warp_maxima[i] && j < i);
      rank += earlier ? 1 : 0;
    }
    if (rank == k) threshold = warp_maxima[i];
  }
  return threshold;
}

/// Bit p is set where packet p may hold a value from `least` on: its `reach` is not below it.
C10_HOST_DEVICE inline unsigned promising_packets(const float* reach, float least) {
  unsigned promising = 0;
  EVOTOKEN_UNROLL
  for (int p = 0; p < kPackets; ++p) promising |= reach[p] < least ? 0U : 1U << p;
  return promising;
}

/// The thread's logits from `threshold` on.
template <int kCapacity, typename T>
C10_HOST_DEVICE TopList<kCapacity> find_top(const RowView<T>& row, int tile, int thread,
                                            const float* maxima, float threshold) {
  TopList<kCapacity> list;
  const unsigned promising = promising_packets(maxima, threshold);
  EVOTOKEN_KEEP_ROLLED
  for (int p = 0; promising >> p != 0; ++p) {
    if ((promising >> p & 1U) == 0) continue;
    const std::int32_t first = packet_begin(tile, thread, p);
    EVOTOKEN_KEEP_ROLLED
    for (std::int32_t id = first; id < first + kPacket; ++id) {
      if (!row.takes_part(id)) continue;
      const float logit = row[id];
      if (logit >= threshold) list.offer({logit, id});
    }
  }
  return list;
}

}  // namespace evotoken::kernels::tiles
