# Every package the project chose, as imported targets. Debian's names stand beside them.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)                    # libfmt-dev
find_package(nlohmann_json 3.10 REQUIRED)     # nlohmann-json3-dev
find_package(CLI11 REQUIRED)                  # libcli11-dev
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)              # libre2-dev
pkg_check_modules(PCRE2 REQUIRED IMPORTED_TARGET libpcre2-8)     # libpcre2-dev
pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc) # libutf8proc-dev
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)     # libxxhash-dev
find_package(Arb REQUIRED)                    # libflint-arb-dev; from FLINT 3 on libflint-dev

if(EVOTOKEN_ENGINE)
  find_package(LibTorch REQUIRED)
  find_package(OpenMP)                        # of the compiler
  # Our loops run on LibTorch's threads: its own OpenMP run time is taken, where it brings one.
  file(GLOB EVOTOKEN_OPENMP_LIBRARY "${LibTorch_ROOT}/lib/libgomp*.so*")
  if(NOT EVOTOKEN_OPENMP_LIBRARY)
    set(EVOTOKEN_OPENMP_LIBRARY ${OpenMP_CXX_LIBRARIES})
  endif()
  pkg_check_modules(HIGHWAY REQUIRED IMPORTED_TARGET libhwy)     # libhwy-dev
endif()
if(EVOTOKEN_TESTS)
  find_package(GTest REQUIRED)                # libgtest-dev, libgmock-dev
endif()
if(EVOTOKEN_BENCHMARKS)
  find_package(benchmark REQUIRED)            # libbenchmark-dev
endif()
