#!/usr/bin/env bash
# Gets what building needs and is missing: Debian or Ubuntu packages (apt-get, by sudo where it asks for no
# password), and LibTorch. Does nothing, and needs neither root nor network, where everything is there. Run by
# start_run.sh and run_tests.sh, or by itself.
set -euo pipefail

torch_version=2.11.0
torch_root="${XDG_CACHE_HOME:-$HOME/.cache}/evotoken-eval/libtorch-$torch_version"
packages=(
  build-essential cmake ninja-build ccache pkg-config git ca-certificates unzip
  python3 python3-pip
  libfmt-dev nlohmann-json3-dev libcli11-dev libre2-dev libpcre2-dev libutf8proc-dev libxxhash-dev
  libgmp-dev libflint-dev libhwy-dev libgtest-dev libgmock-dev libbenchmark-dev
)

say() { printf '%s\n' "$*" >&2; }
fail() { say "error: $*"; exit 4; }

missing_packages() {
  command -v dpkg-query >/dev/null || return 0  # not Debian: CMake will say what it does not find
  local package
  for package in "${packages[@]}"; do
    # A tool that is there by other means (a newer cmake or python, say) is as good as its package.
    case "$package" in
      cmake|git|ccache|unzip|python3|curl) command -v "$package" >/dev/null && continue ;;
      ninja-build) command -v ninja >/dev/null && continue ;;
      python3-pip) python3 -m pip --version >/dev/null 2>&1 && continue ;;
      build-essential) command -v g++ >/dev/null && command -v make >/dev/null && continue ;;
    esac
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || echo "$package"
  done
}

install_missing() {
  local missing
  mapfile -t missing < <(missing_packages)
  [ "${#missing[@]}" -eq 0 ] && return
  local sudo=()
  if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
      sudo=(sudo -n)
    else
      fail "system packages: ${missing[*]} missing, expected them installed; run as root: apt-get install ${missing[*]}"
    fi
  fi
  say "installing packages with apt (${sudo[0]:-as root}): ${missing[*]}"
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

install_packages() {
  install_missing
  # Arb is a part of FLINT from version 3 on; before that it has a package of its own.
  local header
  for header in /usr/include/acb.h /usr/include/flint/acb.h; do [ -e "$header" ] && return; done
  packages=(libflint-arb-dev)
  install_missing
}

# What a build can do without, and what is then missing: install_optional WITHOUT PACKAGE...
install_optional() {
  local without=$1 missing
  packages=("${@:2}")
  mapfile -t missing < <(missing_packages)
  [ "${#missing[@]}" -eq 0 ] && return
  if [ "$(id -u)" -eq 0 ] || sudo -n true 2>/dev/null; then
    install_missing && return
  fi
  say "note: ${missing[*]} not installed; $without"
}

# The same order as cmake/FindLibTorch.cmake.
have_torch() {
  [ -n "${Torch_DIR:-}" ] && return 0
  [ -n "${EVOTOKEN_TORCH_HOME:-}" ] && return 0
  python3 -c 'import importlib.util as u, sys; sys.exit(u.find_spec("torch") is None)' 2>/dev/null && return 0
  [ -e "$torch_root/torch/lib/libtorch_cpu.so" ]
}

fetch_torch() {
  have_torch && return
  local wheels unpacked
  mkdir -p "$(dirname "$torch_root")"
  wheels="$(mktemp -d "$torch_root.wheels.XXXXXX")"
  unpacked="$(mktemp -d "$torch_root.unpacked.XXXXXX")"
  # shellcheck disable=SC2064  # the names of now
  trap "rm -rf '$wheels' '$unpacked'" EXIT
  # The wheels hold plain shared libraries, so any Python can fetch them for any other.
  local tags=(manylinux2014 manylinux_2_17 manylinux_2_24 manylinux_2_25 manylinux_2_26 manylinux_2_27
              manylinux_2_28) platforms=() tag
  for tag in "${tags[@]}"; do platforms+=(--platform "${tag}_$(uname -m)"); done
  local download=(python3 -m pip download -q --disable-pip-version-check --only-binary=:all:
                  --python-version 3.12 "${platforms[@]}" -d "$wheels")
  say "fetching LibTorch $torch_version from PyPI (0.5 GB) into $torch_root"
  if command -v nvidia-smi >/dev/null && nvidia-smi -L >/dev/null 2>&1; then
    "${download[@]}" "torch==$torch_version"  # with the CUDA libraries, 2 GB more
  else
    "${download[@]}" --no-deps "torch==$torch_version" nvidia-cuda-runtime==13.0.96 nvidia-cuda-cupti==13.0.85
  fi || fail "LibTorch: cannot be fetched from PyPI, expected network or a Torch that is there already; set Torch_DIR to its share/cmake/Torch folder"
  local wheel
  for wheel in "$wheels"/*.whl; do unzip -q -o "$wheel" -d "$unpacked"; done
  chmod 755 "$unpacked"
  mv -T "$unpacked" "$torch_root" 2>/dev/null || have_torch  # another run may have been first
}

install_packages
# Chart.js and KaTeX are inlined into report.html.
install_optional "report.html will lack charts or typeset mathematics" libjs-chart.js libjs-katex fonts-katex
install_optional "datasets/download.sh will need wget, and its test is skipped" curl
fetch_torch
