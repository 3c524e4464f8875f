// Recorded denoising steps (CUDA graphs): a block is decoded without the host. A step of a small
// model is hundreds of launches, and launching takes longer than computing; recorded, a step is one
// launch: its forward pass, its predictions, what follows from them and the stop test, all on the
// device. The host enqueues the steps of a block one behind the other and waits for the last one.
// Where the options leave the number of steps open (a threshold, a factor, more steps than
// positions for a method that may choose the mask) it looks at the stop test after each step.
//
// The first step of a shape is evaluated as always, which loads its kernels; the second is
// recorded, and replayed from then on. What a step computes is what it computes without recording:
// the kernels are the same.
#pragma once

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

#include "engine/decoding/device_sequence.h"
#include "engine/decoding/pass_plan.h"
#include "engine/model/graph_recorder.h"
#include "engine/model/llada_model.h"

namespace evotoken::decoding {

/// Any number of threads may use it at once; one block at a time is decoded. They must enqueue on
/// one stream, which they do where none chooses a stream of its own.
class BlockGraphs {
 public:
  /// Shapes whose steps are kept, those used last: one per block and length of a sequence.
  static constexpr std::size_t kShapes = 64;

  BlockGraphs(const model::LladaModel& model, std::shared_ptr<model::GraphRecorder> recorder,
              std::size_t shapes = kShapes);

  /// Decodes the current block: `state` is then as its last step leaves it. `decoder`: of
  /// `options`, one with device_can_step(). `random_key`: Randomness::key. Throws DeviceError where
  /// a step cannot be recorded, from then on always, or its logits are not numbers; `state` is then
  /// of no use.
  void run(SequenceState& state, const DecodingOptions& options, const Decoder& decoder,
           std::uint64_t random_key);

  /// Steps so far.
  struct Counts {
    std::int64_t evaluated = 0;  ///< as always
    std::int64_t recorded = 0;
    std::int64_t replayed = 0;  ///< each recording's first replay included
  };
  Counts counts() const;

 private:
  /// All that the steps of a block depend on beside the state on the device.
  struct Shape {
    DecodingOptions options;
    std::int64_t length = 0;
    std::int64_t block = 0;
    std::int64_t first_candidate = 0;

    bool operator==(const Shape& other) const = default;
  };
  /// Of one kind: with a cache a block has full and partial passes; a sequence's first has no soft
  /// tokens yet.
  struct Step {
    PassPlan plan;
    bool soft = false;
    /// Those that have evaluated it: a thread's first pass makes handles and plans of cuBLAS and
    /// cuDNN, which no recording may.
    std::set<std::thread::id> warm_threads;
    std::unique_ptr<model::RecordedWork> recorded;  ///< null: not yet
  };
  struct Entry {
    Shape shape;
    DeviceSequence sequence;
    model::KeyValueCache cache;
    std::list<Step> steps;  ///< go first
  };

  Entry& entry_of(const SequenceState& state, const DecodingOptions& options,
                  const Decoder& decoder);
  model::KeyValueCache cache_for(std::int64_t length);
  void take_step(Entry& entry, const SequenceState& state, const Decoder& decoder, bool soft);
  void record(Step& step, const std::function<void()>& enqueue);
  void check_recordable() const;

  const model::LladaModel model_;
  const std::shared_ptr<model::GraphRecorder> recorder_;
  const std::size_t shapes_;
  mutable std::mutex mutex_;
  /// For the longest sequence so far; the block that is decoded has it.
  std::vector<model::KeyValueCache::KeysAndValues> cache_memory_;
  std::list<Entry> entries_;            ///< the one used last in front
  std::optional<std::string> failure_;  ///< of a recording
  Counts counts_;
};

}  // namespace evotoken::decoding
