// Where the engine computes. The programs link the CPU part of LibTorch only; the CUDA part is
// loaded when a GPU is asked for, so the same program runs with and without one.
#pragma once

#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>

#include <cstdint>
#include <optional>
#include <string>

namespace evotoken::model {

/// The device that `name` asks for: "cpu", "cuda" (a GPU), "cuda:1", or "auto": a GPU where
/// one is usable, else the CPU. Several processes of a host (LOCAL_RANK, SLURM_LOCALID) get a GPU
/// each. Loads LibTorch's CUDA libraries when a GPU is meant. Throws
/// UsageError for another name, DeviceError when a GPU was asked for by name and cannot be used,
/// saying why.
c10::Device open_device(const std::string& name);

/// What the device is, for reports: "NVIDIA H100 80GB HBM3" or the CPU's model name.
std::string describe_device(c10::Device device);

/// The stream (a cudaStream_t) on which LibTorch enqueues what this thread asks of CUDA device
/// `device`.
void* current_stream(c10::Device device);

/// Waits for all that this thread has enqueued there.
void synchronize(c10::Device device);

/// Highest resident memory of this process so far, in bytes (the kernel's VmHWM).
std::int64_t peak_host_memory_bytes();

/// The element type of `name`: "float32", "bfloat16", "float16", or nothing for "auto". Throws
/// UsageError for another.
std::optional<c10::ScalarType> parse_dtype(const std::string& name);
std::string dtype_name(c10::ScalarType dtype);

}  // namespace evotoken::model
