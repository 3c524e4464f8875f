#!/usr/bin/env bash
# Fetches the test sets from their upstream homes and checks what came. See --help.
set -euo pipefail

usage() {
  cat <<'EOF'
usage: datasets/download.sh [--with-chilled] [--accept-unverified] DIR

Fetches the test sets of all four tasks, and GSM8K's training set for few-shot prompts, into DIR:
  gsm8k/test.jsonl gsm8k/train.jsonl    openai/grade-school-math (MIT)
  math500/test.jsonl                    HuggingFaceH4/MATH-500 (MIT), without its unique_id
  svamp/SVAMP.json                      arkilpatel/SVAMP (MIT), all 1000 problems
  countdown/countdown_cd3_test.jsonl    dllm-reasoning/d1 (Apache-2.0)
Every file is compared with the SHA-256 in datasets/SHA256SUMS before it takes its place. A second
run fetches only what is missing or damaged. Then: evotoken-eval --data_dir DIR

  --with-chilled       also svamp/test.json and svamp/train.json from ChilleD/SVAMP, the split that
                       published SVAMP figures use; no checksum of them is known here
  --accept-unverified  keep files whose checksum differs, with a warning
  --help               this text

Other homes, for mirrors and tests; curl is needed for file:// (the file name is appended):
  EVOTOKEN_GSM8K_URL EVOTOKEN_MATH500_URL EVOTOKEN_SVAMP_URL EVOTOKEN_CHILLED_URL
  EVOTOKEN_COUNTDOWN_URL, and EVOTOKEN_CHECKSUMS for another checksum file
Exit status: 0 all there, 2 usage, 3 something could not be fetched or verified.
EOF
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
checksums=${EVOTOKEN_CHECKSUMS:-$here/SHA256SUMS}
github=https://raw.githubusercontent.com
hugging_face=https://huggingface.co/datasets
gsm8k_url=${EVOTOKEN_GSM8K_URL:-$github/openai/grade-school-math/master/grade_school_math/data}
math500_url=${EVOTOKEN_MATH500_URL:-$hugging_face/HuggingFaceH4/MATH-500/resolve/main}
svamp_url=${EVOTOKEN_SVAMP_URL:-$github/arkilpatel/SVAMP/main}
chilled_url=${EVOTOKEN_CHILLED_URL:-$hugging_face/ChilleD/SVAMP/resolve/main}
countdown_url=${EVOTOKEN_COUNTDOWN_URL:-$github/dllm-reasoning/d1/main/dataset}

accept_unverified=no
with_chilled=no
dir=
temporary=
failures=0
trap 'if [[ -n $temporary ]]; then rm -f "$temporary" "$temporary.canonical"; fi' EXIT

fail_usage() {
  echo "error: $1; see datasets/download.sh --help" >&2
  exit 2
}

fail_file() {
  echo "error: $1" >&2
  failures=$((failures + 1))
}

sha256_of() {
  if command -v sha256sum >/dev/null; then
    sha256sum "$1" | cut -d ' ' -f 1
  else
    shasum -a 256 "$1" | cut -d ' ' -f 1
  fi
}

# The checksum committed for a file, or nothing.
expected_sha256() {
  awk -v name="$1" '$2 == name { print $1; exit }' "$checksums"
}

# fetch URL FILE: non-zero when it did not arrive.
fetch() {
  if command -v curl >/dev/null; then
    curl --fail --location --silent --show-error --retry 3 --connect-timeout 20 --output "$2" "$1"
  elif command -v wget >/dev/null; then
    wget --quiet --tries 3 --connect-timeout 20 --output-document "$2" "$1"
  else
    echo "error: neither curl nor wget found; install one: apt-get install curl" >&2
    exit 3
  fi
}

# The checksum of MATH500 is that of the file without unique_id, in compact JSON with "\/" for "/".
# Upstream's file has unique_id and may be spelled as Python's json.dumps does: same content, other
# bytes. This brings it to the form that the checksum knows.
canonical_math500() {
  local spelling=()
  if head -c 12 "$1" | grep -q '^{"problem": '; then
    spelling=(-e 's#/#\\/#g' -e 's/^\{"problem": "/{"problem":"/' -e 's/", "level": /","level":/'
              -e 's/", "(solution|answer|subject)": "/","\1":"/g')
  fi
  sed -E -e 's/, ?"unique_id": ?"[^"]*"\}$/}/' "${spelling[@]}" "$1"
}

# verify NAME FILE: leaves the verified bytes in FILE; non-zero with a message when they are wrong.
verify() {
  local name=$1 file=$2 expected found
  expected=$(expected_sha256 "$name")
  found=$(sha256_of "$file")
  if [[ -z $expected ]]; then
    echo "warning: $name: no checksum known, kept as it came (sha256 $found)" >&2
    return 0
  fi
  if [[ $found != "$expected" && $name == math500/test.jsonl ]]; then
    canonical_math500 "$file" >"$file.canonical"
    if [[ $(sha256_of "$file.canonical") == "$expected" ]]; then
      mv "$file.canonical" "$file"
      return 0
    fi
    rm -f "$file.canonical"
  fi
  if [[ $found == "$expected" ]]; then return 0; fi
  if [[ $accept_unverified == yes ]]; then
    echo "warning: $name: sha256 is $found, expected $expected; kept as you asked" >&2
    return 0
  fi
  fail_file "$name: sha256 is $found, expected $expected; the transfer was damaged or upstream has \
changed: run again, or keep the file with --accept-unverified"
  return 1
}

# get NAME URL: brings DIR/NAME up to date.
get() {
  local name=$1 url=$2 expected
  local target=$dir/$name
  expected=$(expected_sha256 "$name")
  if [[ -f $target ]]; then
    if [[ -z $expected || $(sha256_of "$target") == "$expected" ]]; then
      echo "$name: already there"
      return 0
    fi
    echo "$name: there, but its checksum differs; fetching it again"
  fi
  if ! mkdir -p "$(dirname "$target")" || ! temporary=$(mktemp "$target.XXXXXX"); then
    fail_file "$name: $(dirname "$target") cannot be written, expected a writable folder; choose another DIR"
    return 0
  fi
  if ! fetch "$url" "$temporary"; then
    fail_file "$name: could not be fetched from $url; check the network, or name a mirror (--help)"
  elif verify "$name" "$temporary"; then
    chmod 644 "$temporary"
    mv "$temporary" "$target"
    echo "$name: fetched"
  fi
  rm -f "$temporary"
  temporary=
}

while [[ $# -gt 0 ]]; do
  case $1 in
    --help | -h) usage; exit 0 ;;
    --with-chilled) with_chilled=yes ;;
    --accept-unverified) accept_unverified=yes ;;
    -*) fail_usage "unknown option $1" ;;
    *)
      if [[ -n $dir ]]; then fail_usage "more than one folder: $dir and $1"; fi
      dir=$1
      ;;
  esac
  shift
done
if [[ -z $dir ]]; then fail_usage "no folder given"; fi
if [[ ! -r $checksums ]]; then
  echo "error: $checksums: cannot be read, expected the list of checksums; check the checkout" >&2
  exit 3
fi

get gsm8k/test.jsonl "$gsm8k_url/test.jsonl"
get gsm8k/train.jsonl "$gsm8k_url/train.jsonl"
get math500/test.jsonl "$math500_url/test.jsonl"
get svamp/SVAMP.json "$svamp_url/SVAMP.json"
get countdown/countdown_cd3_test.jsonl "$countdown_url/countdown_cd3_test.jsonl"
if [[ $with_chilled == yes ]]; then
  get svamp/test.json "$chilled_url/test.json"
  get svamp/train.json "$chilled_url/train.json"
fi

if [[ $failures -gt 0 ]]; then
  echo "error: $failures of the files are missing in $dir" >&2
  exit 3
fi
echo "all files are in $dir"
