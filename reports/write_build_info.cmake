# Run at each build: writes the header that build_info.cc includes, and touches it only when it
# changes. Wants SOURCE_DIR, OUTPUT, VERSION, COMPILER, BUILD_TYPE.
set(commit "unknown")
find_program(GIT_PROGRAM git)
if(GIT_PROGRAM)
  # Without optional locks a build never gets in the way of a commit that runs at the same time.
  execute_process(
    COMMAND "${GIT_PROGRAM}" --no-optional-locks describe --always --dirty
    WORKING_DIRECTORY "${SOURCE_DIR}"
    RESULT_VARIABLE failed OUTPUT_VARIABLE described ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT failed)
    set(commit "${described}")
  endif()
endif()
string(CONCAT content
  "#pragma once\n"
  "#define EVOTOKEN_VERSION \"${VERSION}\"\n"
  "#define EVOTOKEN_GIT_COMMIT \"${commit}\"\n"
  "#define EVOTOKEN_COMPILER \"${COMPILER}\"\n"
  "#define EVOTOKEN_BUILD_TYPE \"${BUILD_TYPE}\"\n")
file(CONFIGURE OUTPUT "${OUTPUT}" CONTENT "${content}" @ONLY)  # written only where it changes
