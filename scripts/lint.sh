#!/usr/bin/env bash
# clang-tidy over our sources, or over the files given. Without arguments the engine and the programs
# on it are left out: each of their files pulls in Torch's headers and takes half a minute.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

engine=OFF
files=("$@")
if [ ${#files[@]} -eq 0 ]; then
  mapfile -t files < <(git ls-files 'base/*.cc' 'datasets/*.cc' 'scorers/*.cc' 'tasks/*.cc' \
    'reports/*.cc' 'engine/tokenizer/*.cc' training/question_answer.cc training/example.cc)
else
  engine=ON
fi
# A build folder of its own: clang cannot read GCC's precompiled headers.
cmake -G Ninja -B build-lint -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON -DEVOTOKEN_ENGINE=$engine \
  -DEVOTOKEN_TESTS=OFF -DEVOTOKEN_BENCHMARKS=OFF >/dev/null
cmake --build build-lint --target evotoken_build_info >/dev/null
printf '%s\n' "${files[@]}" | xargs -P "$(nproc)" -n 2 \
  clang-tidy -p build-lint --quiet --extra-arg=-Wno-unknown-warning-option
