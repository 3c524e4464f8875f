# LibTorch as two imported libraries, LibTorch::torch_cpu (which brings c10).
#
# A Torch that the user already has is taken first: Torch_DIR (share/cmake/Torch of any LibTorch or
# wheel), then the active Python environment, then the private folder that scripts/setup.sh fills
# from PyPI. Torch's own TorchConfig.cmake is not used: for a CUDA build of Torch it demands the whole
# CUDA toolkit, while our programs link the CPU libraries only and load the CUDA ones at run time.
set(EVOTOKEN_TORCH_HOME "$ENV{EVOTOKEN_TORCH_HOME}" CACHE PATH "The torch folder: the one with lib and include in it")

set(_candidates "")
if(NOT Torch_DIR AND DEFINED ENV{Torch_DIR})
  set(Torch_DIR "$ENV{Torch_DIR}")
endif()
if(Torch_DIR)
  get_filename_component(_root "${Torch_DIR}/../../.." ABSOLUTE)
  list(APPEND _candidates "${_root}")
endif()
if(EVOTOKEN_TORCH_HOME)
  list(APPEND _candidates "${EVOTOKEN_TORCH_HOME}")
endif()
if(NOT LibTorch_ROOT AND NOT _candidates)
  find_program(_python NAMES python3 python NO_CACHE)
  if(_python)
    execute_process(
      COMMAND ${_python} -c "import importlib.util as u; print(u.find_spec('torch').submodule_search_locations[0])"
      OUTPUT_VARIABLE _python_torch OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(_python_torch)
      list(APPEND _candidates "${_python_torch}")
    endif()
  endif()
  set(_cache "$ENV{XDG_CACHE_HOME}")
  if(NOT _cache)
    set(_cache "$ENV{HOME}/.cache")
  endif()
  list(APPEND _candidates "${_cache}/evotoken-eval/libtorch-2.11.0/torch")
endif()

# The header tells the version; a Torch without it is too old (before 2.9).
find_path(LibTorch_ROOT NAMES include/torch/headeronly/version.h PATHS ${_candidates} NO_DEFAULT_PATH)
if(LibTorch_ROOT)
  set(LibTorch_LIBRARY "${LibTorch_ROOT}/lib/libtorch_cpu.so")
  file(STRINGS "${LibTorch_ROOT}/include/torch/headeronly/version.h" _version_lines
       REGEX "#define TORCH_VERSION_(MAJOR|MINOR|PATCH) ")
  string(REGEX REPLACE "[^0-9;]+" "" _version_numbers "${_version_lines}")
  string(REPLACE ";" "." LibTorch_VERSION "${_version_numbers}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTorch
  REQUIRED_VARS LibTorch_ROOT LibTorch_LIBRARY VERSION_VAR LibTorch_VERSION
  REASON_FAILURE_MESSAGE "looked in: ${_candidates}. Run scripts/setup.sh, or pass -DTorch_DIR=.../share/cmake/Torch")

if(LibTorch_FOUND AND NOT TARGET LibTorch::torch_cpu)
  add_library(LibTorch::c10 SHARED IMPORTED)
  set_target_properties(LibTorch::c10 PROPERTIES
    IMPORTED_LOCATION "${LibTorch_ROOT}/lib/libc10.so"
    INTERFACE_INCLUDE_DIRECTORIES
      "${LibTorch_ROOT}/include;${LibTorch_ROOT}/include/torch/csrc/api/include")
  # The wheel carries headers of a fmt of its own in its include folder, which come before the
  # system's; header-only, they need no library of that version.
  target_compile_definitions(LibTorch::c10 INTERFACE FMT_HEADER_ONLY)
  add_library(LibTorch::torch_cpu SHARED IMPORTED)
  set_target_properties(LibTorch::torch_cpu PROPERTIES
    IMPORTED_LOCATION "${LibTorch_LIBRARY}"
    INTERFACE_LINK_LIBRARIES LibTorch::c10
    # libtorch_cpu finds CUPTI and the CUDA run time through its own RPATH; the linker need not.
    INTERFACE_LINK_OPTIONS "-Wl,--allow-shlib-undefined;-Wl,--enable-new-dtags")
endif()
