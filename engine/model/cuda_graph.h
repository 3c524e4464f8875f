// CUDA graphs, which are in a library of their own: it needs LibTorch's CUDA part, and a program
// must run without.
#pragma once

#include <c10/core/Device.h>

#include <memory>

#include "engine/model/graph_recorder.h"

namespace evotoken::model {

/// Loads libevotoken_cuda_graph.so, which is looked for where the program's RPATH says: in ../lib
/// of the program in the build tree, in ../lib/evotoken-eval where it is installed. Throws
/// UsageError for another device than a GPU, DeviceError where the library is missing or does not
/// load.
std::shared_ptr<GraphRecorder> open_graph_recorder(c10::Device device);

/// What the library exports as "evotoken_make_graph_recorder": a recorder on CUDA device `device`,
/// the caller's to delete. Its recordings share their memory, so what a replay has computed must be
/// taken over, on the same stream, before another one.
using MakeGraphRecorder = GraphRecorder*(int device);

}  // namespace evotoken::model
