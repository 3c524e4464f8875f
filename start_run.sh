#!/usr/bin/env bash
# Builds evotoken-eval where needed and runs it with the arguments given.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"  # paths in the flags stay the caller's
program="$root/build/bin/evotoken-eval"

case " $* " in
  *" --help "*|*" -h "*)
    if [ -x "$program" ]; then exec "$program" "$@"; fi
    cat <<'HELP'
usage: ./start_run.sh [FLAGS OF evotoken-eval]

Gets what is missing (Debian or Ubuntu packages, LibTorch from PyPI), builds, and evaluates a
masked-diffusion language model. Without flags: the built-in model on the built-in samples of all
four tasks, EvoToken beside the hard-mask baseline. For example:

  ./start_run.sh --task gsm8k --k_soft 3 --model_path DIR --checkpoint_path LORA_DIR

The build takes some minutes the first time. After it, --help lists every flag.
HELP
    exit 0 ;;
esac

"$root/scripts/setup.sh"
[ -f "$root/build/build.ninja" ] || (cd "$root" && cmake --preset cpu-release) >&2
cmake --build "$root/build" --target evotoken-eval evotoken-generate evotoken-score \
  evotoken-compare evotoken-report evotoken-tokenize evotoken-train evotoken-random-model \
  evotoken-make-problems >&2
# Without flags: the built-in model's own settings.
[ "$#" -gt 0 ] || set -- --config "$root/configs/builtin.json"
exec "$program" "$@"
