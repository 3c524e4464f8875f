# Arb (LGPL 2.1 or later) as Arb::arb: a library of its own beside FLINT 2, a part of FLINT from version 3.
find_path(Arb_INCLUDE_DIR acb.h PATH_SUFFIXES flint)
find_library(Arb_FLINT_LIBRARY flint)
find_library(Arb_LIBRARY NAMES flint-arb arb flint)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Arb REQUIRED_VARS Arb_LIBRARY Arb_FLINT_LIBRARY Arb_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "install libflint-dev, and libflint-arb-dev where the system has it (scripts/setup.sh does)")

if(Arb_FOUND AND NOT TARGET Arb::arb)
  add_library(Arb::arb INTERFACE IMPORTED)
  set_target_properties(Arb::arb PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${Arb_INCLUDE_DIR}"
    INTERFACE_LINK_LIBRARIES "${Arb_LIBRARY};${Arb_FLINT_LIBRARY}")
endif()
