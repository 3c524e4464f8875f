# Language level, where the outputs go, and ccache where it is installed.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
# RE2 asks for -pthread; said for all, or targets that use it could not share precompiled headers.
add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:-pthread>")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")  # -O3 costs minutes of building and buys nothing measured

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug, Release or RelWithDebInfo" FORCE)
endif()

# Where a program loads libevotoken_cuda_graph.so from, besides its own linked libraries' folders.
set(CMAKE_BUILD_RPATH "$ORIGIN/../lib")

# Precompiled headers hit the cache only with these sloppiness settings (ccache manual, "Precompiled headers").
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env
      "CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime"
      "${CCACHE_PROGRAM}")
  set(CMAKE_CUDA_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
endif()

if(EVOTOKEN_CUDA AND EVOTOKEN_ENGINE)
  include(CheckLanguage)
  check_language(CUDA)
  if(CMAKE_CUDA_COMPILER)
    # Ampere and later by the first, Hopper natively; newer GPUs compile the PTX of the last.
    set(CMAKE_CUDA_ARCHITECTURES "80-real;90" CACHE STRING "GPU architectures to compile for")
    enable_language(CUDA)
    set(CMAKE_CUDA_STANDARD 17)  # CMake before 3.26 does not know that nvcc 12 speaks C++20
    set(EVOTOKEN_HAVE_CUDA ON)
  elseif(EVOTOKEN_REQUIRE_CUDA)
    message(FATAL_ERROR "evotoken: no nvcc found, but EVOTOKEN_REQUIRE_CUDA is set; put nvcc on PATH")
  else()
    message(STATUS "evotoken: no nvcc found, building without CUDA kernels")
  endif()
endif()
