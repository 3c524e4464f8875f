#!/usr/bin/env bash
# Makes the Debian package (or takes the one given), installs it into a fresh root of this release, with
# nothing in it but Debian's minimal system and what the package depends on, and evaluates the built-in model
# there as an ordinary user without network. Needs root, debootstrap, a Debian or Ubuntu mirror, and a build
# in build/. Takes some minutes; not part of the test suite.
#
# usage: scripts/check_package.sh [PACKAGE.deb]      EVOTOKEN_MIRROR names another mirror
set -euo pipefail
package=$(realpath -e "${1:-.}")  # before the working folder changes
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '== %s (%d s)\n' "$*" "$SECONDS"; }
fail() { printf 'error: %s\n' "$*" >&2; exit "${2:-4}"; }

[ "$(id -u)" -eq 0 ] || fail "not root, expected to be for debootstrap and chroot"
command -v debootstrap >/dev/null || fail "debootstrap: not there; apt-get install debootstrap"
# shellcheck source=/dev/null
. /etc/os-release
case "$ID" in
  debian) mirror=http://deb.debian.org/debian components=main ;;
  ubuntu) mirror=http://archive.ubuntu.com/ubuntu components=main,universe ;;
  *) fail "$ID: expected Debian or Ubuntu, whose packages the package depends on" ;;
esac

if [ $# -eq 0 ]; then
  say "cpack -G DEB"
  rm -f build/evotoken-eval_*.deb
  (cd build && cpack -G DEB)
  package=$(realpath -e build/evotoken-eval_*.deb)
fi
printf '%s: %d bytes\n' "$package" "$(stat -c %s "$package")"
dpkg-deb --info "$package" | grep -E '^ (Version|Depends|Installed-Size):'

root=$(mktemp -d /tmp/evotoken-root.XXXXXX)
chmod 755 "$root"
trap 'rm -rf "$root"' EXIT  # nothing is mounted there: mounts live in the name space of in_root
say "debootstrap --variant=minbase $VERSION_CODENAME"
debootstrap --variant=minbase --components="$components" "$VERSION_CODENAME" "$root" \
  "${EVOTOKEN_MIRROR:-$mirror}" >"$root.log" 2>&1 || { tail -5 "$root.log"; fail "debootstrap failed, see $root.log"; }
rm -f "$root.log"

# in_root FLAGS_OF_UNSHARE… -- COMMAND…: with a /proc of its own, and none of our environment.
in_root() {
  local flags=()
  while [ "$1" != -- ]; do flags+=("$1"); shift; done
  shift
  unshare --mount --pid --fork "${flags[@]}" --mount-proc="$root/proc" \
    chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
    DEBIAN_FRONTEND=noninteractive "$@"
}

say "apt-get install"
cp "$package" "$root/tmp/evotoken-eval.deb"
in_root -- apt-get update -qq
in_root -- apt-get install -y -qq --no-install-recommends /tmp/evotoken-eval.deb >"$root/tmp/apt.log" 2>&1 ||
  { tail -20 "$root/tmp/apt.log"; fail "apt-get install failed" 1; }
rm "$root/tmp/evotoken-eval.deb"
du -sh "$root/usr/lib/evotoken-eval" | sed "s|$root||"

say "as an ordinary user, without network"
in_root -- useradd --create-home stranger
cp scripts/check_package_inside.sh "$root/tmp/"
in_root --net -- su stranger -c 'cd && sh /tmp/check_package_inside.sh'

say "apt-get remove"
in_root -- apt-get remove -y -qq evotoken-eval >/dev/null 2>&1
left=$(find "$root"/usr/bin "$root"/usr/lib "$root"/usr/share -name '*evotoken*')
[ -z "$left" ] || fail "left behind: $left" 1
say "the package is good"
