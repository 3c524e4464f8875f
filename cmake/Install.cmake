# `cmake --install build --prefix P`: the programs in P/bin, what they read in P/share/evotoken-eval, manual
# pages, completion and documents in P/share. P may be moved: the programs find all of it from where they lie.
#
# LibTorch is looked for in ../lib/evotoken-eval/torch alone. Here that is a link to the lib folder of the
# LibTorch that was built with (point it to another copy of the same version where that one moves); in a
# Debian package (Package.cmake) it is a folder.
get_property(programs DIRECTORY "${PROJECT_SOURCE_DIR}/programs" PROPERTY BUILDSYSTEM_TARGETS)
if(TARGET evotoken-bench)
  list(APPEND programs evotoken-bench)
endif()
foreach(program IN LISTS programs)
  get_target_property(type ${program} TYPE)
  if(type STREQUAL "EXECUTABLE")
    set_target_properties(${program} PROPERTIES
      INSTALL_RPATH "$ORIGIN/../lib/evotoken-eval/torch;$ORIGIN/../lib/evotoken-eval")
    install(TARGETS ${program} RUNTIME DESTINATION bin COMPONENT files)
  endif()
endforeach()

install(DIRECTORY "${PROJECT_BINARY_DIR}/share/man" "${PROJECT_BINARY_DIR}/share/bash-completion"
        DESTINATION share COMPONENT files)
install(DIRECTORY models/tiny DESTINATION share/evotoken-eval/models COMPONENT files)
install(DIRECTORY configs DESTINATION share/evotoken-eval COMPONENT files)
install(FILES datasets/SHA256SUMS DESTINATION share/evotoken-eval/datasets COMPONENT files)
install(PROGRAMS datasets/download.sh DESTINATION share/evotoken-eval/datasets COMPONENT files)

# As in the source tree, so that the links between the documents hold.
install(FILES README.md CHANGELOG.md CITATION.cff LICENSE DESTINATION share/doc/evotoken-eval COMPONENT files)
install(DIRECTORY docs DESTINATION share/doc/evotoken-eval COMPONENT files)
install(FILES models/README.md DESTINATION share/doc/evotoken-eval/models COMPONENT files)

if(EVOTOKEN_ENGINE)
  install(CODE "
    set(folder \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/lib/evotoken-eval\")
    file(MAKE_DIRECTORY \"\${folder}\")
    message(STATUS \"Linking: \${folder}/torch -> ${LibTorch_ROOT}/lib\")
    file(CREATE_LINK \"${LibTorch_ROOT}/lib\" \"\${folder}/torch\" SYMBOLIC)"
    COMPONENT linked_torch)
endif()
# What the programs load for --cuda_graphs. Not in a package, whose LibTorch has no CUDA part.
if(TARGET evotoken_cuda_graph)
  set_target_properties(evotoken_cuda_graph PROPERTIES INSTALL_RPATH "$ORIGIN/torch")
  install(TARGETS evotoken_cuda_graph LIBRARY DESTINATION lib/evotoken-eval COMPONENT linked_torch)
endif()
