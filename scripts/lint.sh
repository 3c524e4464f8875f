#!/usr/bin/env bash
# clang-tidy over our sources, or over the files given. The engine's sources pull in Torch's headers
# and take half a minute each, so by default only those changed in the last commits are looked at.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[ -f build/compile_commands.json ] || cmake --preset cpu-release >/dev/null
if [ $# -gt 0 ]; then
  files=("$@")
else
  mapfile -t files < <(git ls-files 'base/*.cc' 'datasets/*.cc' 'scorers/*.cc' 'tasks/*.cc' 'reports/*.cc')
fi
printf '%s\n' "${files[@]}" | xargs -P "$(nproc)" -n 4 clang-tidy -p build --quiet 2>/dev/null
