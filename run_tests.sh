#!/usr/bin/env bash
# Gets what is missing, builds everything and runs the default test suite. Arguments go to ctest.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
scripts/setup.sh
cmake --preset cpu-release
cmake --build build
status=0
ctest --test-dir build --output-on-failure -j "$(nproc)" "$@" || status=$?
# What was left out, and why.
grep -hoE '(SKIPPED: |NOT (RUN|CHECKED|TESTED)).*' build/Testing/Temporary/LastTest.log | sort -u || true
exit "$status"
