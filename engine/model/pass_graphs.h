// Recorded forward passes of a model, one per shape (CUDA graphs): a pass of a small model is
// hundreds of launches, and launching takes longer than computing. The first pass of a shape is
// evaluated as always, which loads its kernels; the second is recorded, and replayed from then on.
//
// A recording reads its tokens from memory of its own and leaves its result in memory that it
// shares with the others; both are copied on the way in and out, in the order of the stream. What a
// pass computes is what it computes without recording: the kernels are the same.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "engine/model/device_input.h"
#include "engine/model/packed_input.h"
#include "engine/model/pass_recorder.h"

namespace evotoken::model {

/// Any number of threads may use it at once, as long as they enqueue on one stream; they do where
/// none chooses a stream of its own.
class PassGraphs {
 public:
  /// Shapes whose passes are kept, those used last. A sample has one per block, so as many samples
  /// in flight need no more than this.
  static constexpr std::size_t kShapes = 64;

  PassGraphs(std::shared_ptr<PassRecorder> recorder, c10::Device device,
             std::size_t shapes = kShapes);

  /// From an input on `device` to a tensor there, always by the same operations for one shape.
  using Pass = std::function<at::Tensor(const PackedInput&)>;

  /// pass(input), for an input without a cache of keys and values, on the host or on the device.
  /// Throws what `pass` throws, and DeviceError where it cannot be recorded, from then on always.
  at::Tensor run(const PackedInput& input, const Pass& pass);

  /// Passes so far.
  struct Counts {
    std::int64_t evaluated = 0;  ///< as always
    std::int64_t recorded = 0;
    std::int64_t replayed = 0;  ///< each recording's first replay included
  };
  Counts counts() const;

 private:
  /// All that a pass depends on beside the tokens themselves.
  struct Shape {
    std::vector<SequenceRows> sequences;
    std::int64_t mixed = 0;  ///< tokens of a soft token, K + 1; 0: hard ones
    bool attend_together = false;

    explicit Shape(const PackedInput& input);
    bool operator==(const Shape& other) const = default;
  };

  struct Entry {
    Shape shape;
    std::optional<DeviceInput> input;        // from the second pass on
    at::Tensor output;                       // written by each replay
    std::unique_ptr<RecordedPass> recorded;  // goes first
  };

  at::Tensor evaluate(const PackedInput& input, const Pass& pass);
  bool move_to_front(const Shape& shape);
  void record(Entry& entry, const Pass& pass);
  void check_recordable() const;

  const std::shared_ptr<PassRecorder> recorder_;
  const c10::Device device_;
  const std::size_t shapes_;
  mutable std::mutex mutex_;  // of all below, and of what is enqueued for a replay
  std::list<Entry> entries_;  // the one used last in front
  /// Those that have evaluated a pass: a thread's first one makes cuBLAS handles, which no
  /// recording may.
  std::set<std::thread::id> warm_threads_;
  std::string failure_;  // of a recording; empty: none
  Counts counts_;
};

}  // namespace evotoken::model
