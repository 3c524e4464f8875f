#include "engine/model/cuda_graph.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include "base/error.h"

namespace evotoken::model {

std::shared_ptr<GraphRecorder> open_graph_recorder(c10::Device device) {
  if (!device.is_cuda()) {
    throw UsageError(
        "--cuda_graphs: the device is the CPU, expected a GPU; add --device cuda, or leave it out");
  }
  // open_device() has loaded LibTorch's CUDA libraries, which this one needs, for all to see.
  const char* const name = "libevotoken_cuda_graph.so";
  void* const library = ::dlopen(name, RTLD_NOW | RTLD_LOCAL);
  void* const symbol =
      library == nullptr ? nullptr : ::dlsym(library, "evotoken_make_graph_recorder");
  if (symbol == nullptr) {
    throw DeviceError(fmt::format(
        "--cuda_graphs: {} cannot be used ({}), expected it in lib/ beside the "
        "program's folder; build with nvcc and a LibTorch with CUDA, or leave --cuda_graphs out",
        name, ::dlerror()));
  }
  return std::shared_ptr<GraphRecorder>(
      reinterpret_cast<MakeGraphRecorder*>(symbol)(device.index()));
}

}  // namespace evotoken::model
