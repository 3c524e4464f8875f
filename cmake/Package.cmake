# `cpack -G DEB` in the build folder, after a full build: a package for the Debian or Ubuntu release that it
# is built on. What the release has (libfmt, libre2, …, also libgomp) the package depends on; LibTorch, which
# no release has in this version, is in the package: libtorch_cpu.so and libc10.so of the wheel, unchanged.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME evotoken-eval)
set(CPACK_PACKAGE_VENDOR "The evotoken-eval authors")
set(CPACK_PACKAGE_CONTACT "The evotoken-eval authors <evotoken-eval@example.invalid>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
# Not linked_torch, which links to a LibTorch of the building machine.
set(CPACK_INSTALL_CMAKE_PROJECTS
    "${PROJECT_BINARY_DIR};evotoken_eval;files;/;${PROJECT_BINARY_DIR};evotoken_eval;package;/")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE zstd)  # xz is a third smaller and takes minutes
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "curl | wget")  # download.sh
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Decodes a test set with EvoToken, hard-mask or remasking decoding, grades the
answers and reports accuracy beside speed. A small model is built in. Runs on
the CPU, with the LibTorch that is in the package.")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)

install(FILES packaging/copyright DESTINATION share/doc/evotoken-eval COMPONENT package EXCLUDE_FROM_ALL)
if(EVOTOKEN_ENGINE)
  install(PROGRAMS "${LibTorch_ROOT}/lib/libtorch_cpu.so" "${LibTorch_ROOT}/lib/libc10.so"
          DESTINATION lib/evotoken-eval/torch COMPONENT package EXCLUDE_FROM_ALL)
  install(CODE "
    execute_process(
      COMMAND \"${PROJECT_SOURCE_DIR}/packaging/cuda_stand_ins.sh\" \"${LibTorch_LIBRARY}\"
              \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/lib/evotoken-eval/torch\"
      RESULT_VARIABLE status)
    if(status)
      message(FATAL_ERROR \"packaging/cuda_stand_ins.sh failed\")
    endif()"
    COMPONENT package EXCLUDE_FROM_ALL)
  # A wheel's licences lie beside its folder, those of a plain LibTorch in no file that is known here.
  file(GLOB licences "${LibTorch_ROOT}/../torch-${LibTorch_VERSION}*.dist-info/licenses/*")
  install(FILES ${licences} packaging/intel-mkl-license.txt
          DESTINATION share/doc/evotoken-eval/libtorch COMPONENT package EXCLUDE_FROM_ALL)
endif()
include(CPack)
