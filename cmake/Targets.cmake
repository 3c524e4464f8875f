# One helper per kind of target, so that warnings, include root and sanitizers are said once.
#
# HEADERS names the target whose precompiled headers are reused; most of the build is the parsing of a
# few large headers (JSON, fmt, CLI11, GoogleTest, ATen). By default those of evotoken_base; NONE for
# targets that make their own.
function(_evotoken_options target headers)
  if(NOT headers)
    set(headers evotoken_base)
  endif()
  if(NOT headers STREQUAL NONE)
    target_precompile_headers(${target} REUSE_FROM ${headers})
  endif()
  target_include_directories(${target} PUBLIC "${PROJECT_SOURCE_DIR}")
  set(warnings -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    list(APPEND warnings -Wno-restrict -Wno-array-bounds)  # false alarms on std::string (GCC bug 105651)
  endif()
  if(EVOTOKEN_WERROR)
    list(APPEND warnings -Werror)
  endif()
  target_compile_options(${target} PRIVATE "$<$<COMPILE_LANGUAGE:CXX>:${warnings}>")
  if(EVOTOKEN_SANITIZE)
    target_compile_options(${target} PRIVATE "$<$<COMPILE_LANGUAGE:CXX>:-fsanitize=${EVOTOKEN_SANITIZE};-fno-omit-frame-pointer>")
    target_link_options(${target} PRIVATE "-fsanitize=${EVOTOKEN_SANITIZE}")
  endif()
endfunction()

# evotoken_library(NAME SOURCES a.cc ... [LIBS public libraries ...] [HEADERS target])
function(evotoken_library name)
  cmake_parse_arguments(ARG "" "HEADERS" "SOURCES;LIBS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC ${ARG_LIBS})
  _evotoken_options(${name} "${ARG_HEADERS}")
endfunction()

# evotoken_plugin_library(NAME SOURCES ... LIBS ...): a library whose files register themselves in static
# objects that nobody refers to, and that a linker would drop from an archive. Whoever links NAME, also
# through another library, takes the archive whole. (LINK_LIBRARY:WHOLE_ARCHIVE says the same but needs
# CMake 3.24; an OBJECT library loses its objects behind a static library.)
function(evotoken_plugin_library name)
  evotoken_library(${name}_archive ${ARGN})
  add_library(${name} INTERFACE)
  target_link_libraries(${name} INTERFACE ${name}_archive)
  target_link_options(${name} INTERFACE
    "LINKER:--whole-archive,$<TARGET_FILE:${name}_archive>,--no-whole-archive")
endfunction()

# evotoken_program(NAME SOURCES a.cc ... LIBS ...): an executable in build/bin
function(evotoken_program name)
  cmake_parse_arguments(ARG "" "HEADERS" "SOURCES;LIBS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LIBS})
  _evotoken_options(${name} "${ARG_HEADERS}")
endfunction()

# evotoken_test(NAME SOURCES a_test.cc ... LIBS ...): a GoogleTest program that CTest runs.
# It sees the source tree as EVOTOKEN_SOURCE_DIR and the programs as EVOTOKEN_BIN_DIR.
function(evotoken_test name)
  cmake_parse_arguments(ARG "" "HEADERS" "SOURCES;LIBS" ${ARGN})
  if(NOT ARG_HEADERS)
    set(ARG_HEADERS evotoken_test_headers)
  endif()
  evotoken_program(${name} SOURCES ${ARG_SOURCES} LIBS ${ARG_LIBS} HEADERS ${ARG_HEADERS})
  target_link_libraries(${name} PRIVATE GTest::gmock GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE
    EVOTOKEN_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
    EVOTOKEN_BIN_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
  add_test(NAME ${name} COMMAND ${name} --gtest_brief=1 WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  # The models of the tests are too small to share between threads; tests run side by side instead.
  set_tests_properties(${name} PROPERTIES ENVIRONMENT "OMP_NUM_THREADS=1")
endfunction()
