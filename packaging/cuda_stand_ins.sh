#!/usr/bin/env bash
# usage: packaging/cuda_stand_ins.sh LIBTORCH_CPU OUTPUT_DIR
#
# PyPI's libtorch_cpu.so names NVIDIA's libcudart and libcupti as needed, for the CUDA part of PyTorch's
# profiler, and does not load without libraries of these names. A package for machines without CUDA brings
# its own, made here: every function that libtorch_cpu.so takes from them is there and reports failure
# (999, "unknown error" in both). Nothing of ours calls one. A LibTorch that needs neither gets none.
set -euo pipefail
library=$1 output=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

needed=$(objdump -p "$library" | awk '$1 == "NEEDED" && $2 ~ /^libcu(dart|pti)\.so/ { print $2 }')
for name in $needed; do
  # "… *UND* 0000000000000000 (libcudart.so.13) cudaGetDeviceCount"; the version is the library's name
  mapfile -t functions < <(objdump -T "$library" |
    awk -v version="($name)" '/\*UND\*/ && $(NF - 1) == version { print $NF }' | sort -u)
  [ "${#functions[@]}" -gt 0 ] || { echo "error: $library: no function of $name found" >&2; exit 3; }
  {
    for function in "${functions[@]}"; do
      case "$function" in
        cudaGetError*) echo "const char* $function(int error) { (void)error; return \"no CUDA\"; }" ;;
        cuptiGetResultString)
          echo "int $function(int result, const char** text) { (void)result; *text = \"no CUPTI\"; return 0; }" ;;
        *) echo "int $function(void) { return 999; }" ;;
      esac
    done
  } >"$work/$name.c"
  echo "$name { global: *; };" >"$work/$name.map"
  ${CC:-cc} -shared -fPIC -O1 -Wall -Werror "-Wl,-soname,$name" "-Wl,--version-script,$work/$name.map" \
    -o "$output/$name" "$work/$name.c"
  echo "stand-in: $output/$name (${#functions[@]} functions)"
done
