#!/usr/bin/env bash
# `cmake --install` into a folder whose name has a space, then used from another folder without any of the
# caller's environment. usage: install_test.sh CMAKE BUILD_DIR
set -euo pipefail
cmake=$1 build=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
prefix="$folder/a prefix"
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }
installed() { (cd "$folder" && env -i PATH=/usr/bin:/bin "$@"); }

"$cmake" --install "$build" --prefix "$prefix" >"$folder/log" || { tail -5 "$folder/log"; fail "cmake --install"; }
# A prefix may be moved.
mv "$prefix" "$folder/moved"
prefix="$folder/moved"

for file in share/man/man1/evotoken-score.1 share/bash-completion/completions/evotoken-score \
            share/evotoken-eval/models/tiny/model.safetensors share/evotoken-eval/models/tiny/cts/adapter_config.json \
            share/evotoken-eval/configs/builtin.json share/evotoken-eval/datasets/SHA256SUMS \
            share/doc/evotoken-eval/LICENSE share/doc/evotoken-eval/docs/examples.md; do
  [ -s "$prefix/$file" ] || fail "$file is not installed"
done
[ "$(find "$prefix/bin" -type f | wc -l)" -ge 6 ] || fail "programs are missing: $(ls "$prefix/bin")"
for program in "$prefix"/bin/*; do
  installed "$program" --help >"$folder/help" || fail "$program --help"
  grep -q '^Usage' "$folder/help" || fail "$program --help says no usage"
done
if [ -f "$build/lib/libevotoken_cuda_graph.so" ]; then
  [ -s "$prefix/lib/evotoken-eval/libevotoken_cuda_graph.so" ] || fail "libevotoken_cuda_graph.so is not installed"
  for program in evotoken-eval evotoken-generate; do
    readelf -d "$prefix/bin/$program" | grep -q 'RUNPATH.*[:[]$ORIGIN/../lib/evotoken-eval[]:]' ||
      fail "$program does not look for libevotoken_cuda_graph.so where it is installed"
  done
fi
installed bash "$prefix/share/evotoken-eval/datasets/download.sh" --help >/dev/null || fail "download.sh --help"

if [ -x "$prefix/bin/evotoken-eval" ]; then
  installed "$prefix/bin/evotoken-eval" --config "$prefix/share/evotoken-eval/configs/builtin.json" --task gsm8k \
    --samples 0 --output_dir results >"$folder/log" 2>&1 || { cat "$folder/log"; fail "evaluation"; }
  installed "$prefix/bin/evotoken-score" . || fail "evotoken-score"
fi
