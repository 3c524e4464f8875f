# Writes a header with a hash of the decoding rules: the sources of this folder, and the kernels that take
# steps as well. Wants FOLDER, OUTPUT.
file(GLOB sources "${FOLDER}/*.cc" "${FOLDER}/*.h" "${FOLDER}/../kernels/denois*")
list(SORT sources)
set(hashes "")
foreach(source IN LISTS sources)
  file(SHA256 "${source}" hash)
  string(APPEND hashes "${hash}")
endforeach()
string(SHA256 all "${hashes}")
string(SUBSTRING "${all}" 0 16 short)
set(content "#pragma once\n#define EVOTOKEN_RULES_HASH \"${short}\"\n")
file(CONFIGURE OUTPUT "${OUTPUT}" CONTENT "${content}" @ONLY)  # written only where it changes
