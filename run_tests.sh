#!/usr/bin/env bash
# Gets what is missing, builds everything and runs the default test suite. Arguments go to ctest.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
scripts/setup.sh
cmake --preset cpu-release
cmake --build build
status=0
ctest --test-dir build --output-on-failure -j "$(nproc)" "$@" || status=$?
# What was left out, and why: whole tests and commands, and single cases of tests that passed.
awk '/: Skipped$/ { sub(/:[0-9]+: Skipped$/, ""); sub(/.*\/tests\//, "tests/"); file = $0; getline
                    print $0 " (" file ")"; next }
     match($0, /(SKIPPED: |NOT (RUN|CHECKED|TESTED)).*/) { print substr($0, RSTART) }' \
  build/Testing/Temporary/LastTest.log | sort -u || true
exit "$status"
