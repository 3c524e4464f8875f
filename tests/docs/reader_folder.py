"""A folder in which the commands of the documentation run as they stand there.

It looks like a checkout with a build, holds what the documents call MODEL, LORA, DIR, DATA and FOLDER, and its
programs are stand-ins that call the real ones with less work where the command does not say how much:
a sample instead of a test set, an update instead of sixty epochs.
"""
import os
import shutil
import subprocess
from pathlib import Path
from typing import Dict

# The arguments come as "$@", the real program as $real; `has` looks for a flag.
_STAND_INS: Dict[str, str] = {
    "evotoken-eval": """
if has --help --man --completion --version --dry_run; then exec "$real" "$@"; fi
case " $* " in *paper.json*) exec "$real" "$@" --dry_run ;; esac  # 40 cells
case " $* " in *builtin.json*|*gate.json*) exec "$real" "$@" --samples 0 ;; esac
has --limit --samples || set -- "$@" --limit 1
has --gen_length || set -- "$@" --gen_length 32
has --dtype || set -- "$@" --dtype float32
exec "$real" "$@"
""",
    "evotoken-train": """
has --help || set -- "$@" --max_updates 1 --grad_accum_steps 1 --max_length 128 --min_response_length 1
exec "$real" "$@"
""",
    # That one sample went from right to wrong (status 1) is a result, not a broken command.
    "evotoken-compare": '"$real" "$@" || [ $? -eq 1 ]\n',
}
_HEAD = """#!/bin/bash
real={real}
arguments=" $* "
has() {{ local flag; for flag; do case "$arguments" in *" $flag "*) return 0 ;; esac; done; return 1; }}
"""
# Launchers that are not there: one process of our program, without the launcher's own arguments.
_LAUNCHER = '#!/bin/bash\nwhile case "$1" in build/bin/*) false ;; esac; do shift; done\nexec "$@"\n'


def _script(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


def _copy_of_model(source: Path, target: Path) -> None:
    """Weights are linked; the rest is copied, since a command may write it (gate.json)."""
    for path in source.rglob("*"):
        place = target / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".safetensors":
            place.symlink_to(path)
        elif path.is_file():
            shutil.copy(path, place)


def prepare(folder: Path, source: Path, bin_folder: Path, results: Path) -> Dict[str, str]:
    """Fills `folder`; returns the environment of its commands."""
    for program in bin_folder.glob("evotoken-*"):
        body = _STAND_INS.get(program.name, 'exec "$real" "$@"\n')
        _script(folder / "build/bin" / program.name, _HEAD.format(real=program) + body)
    _script(folder / "start_run.sh",
            '#!/bin/bash\n[ $# -gt 0 ] || set -- --config configs/builtin.json\n'
            'exec "$(dirname "$0")/build/bin/evotoken-eval" "$@"\n')
    for name in ("torchrun", "srun"):
        _script(folder / "tools" / name, _LAUNCHER)
    _script(folder / "tools/man", "#!/bin/bash\ngrep '^[.]TH' >/dev/null  # reads all of it\n")
    for name in ("configs", "datasets", "docs", "scripts", "tests"):
        (folder / name).symlink_to(source / name)
    _copy_of_model(source / "models/tiny", folder / "models/tiny")

    (folder / "MODEL").symlink_to("models/tiny")
    for name in ("LORA", "LORA_DIR"):
        (folder / name).symlink_to("models/tiny/cts")
    make_problems = [str(bin_folder / "evotoken-make-problems")]
    subprocess.run(make_problems + ["data", "2", "1", "test"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(make_problems + ["s1k.jsonl", "8"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    (folder / "DATA").symlink_to("data")
    # DIR stands for a model here and for data there.
    shutil.copytree(folder / "data", folder / "DIR")
    _copy_of_model(source / "models/tiny", folder / "DIR")
    for name in ("outputs", "out", "FOLDER", "../shared/llada_outputs"):
        shutil.copytree(results, folder / name)
    for name in ("ci", "tmp"):
        (folder / name).mkdir()
    return {**os.environ, "PATH": f"{folder}/tools:{os.environ['PATH']}", "REPO": str(folder),
            "HOME": str(folder / "tmp"), "OMP_NUM_THREADS": "1"}
