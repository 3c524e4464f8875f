#!/usr/bin/env python3
"""Runs the commands of README.md, CONTRIBUTING.md, docs/ and models/README.md as they stand there.

usage: commands_test.py SOURCE_DIR BUILD_DIR

A page's commands run one after the other in a folder of its own (reader_folder.py). Those of _NOT_RUN do not,
for the reason beside them; but also theirs, and those in the running text, must have flags that the program's
help (or the script) names, presets and targets that exist, and tests that ctest finds.
"""
import functools
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import List, Set

import markdown
import reader_folder

_NOT_RUN = [  # what the command begins with, behind its variables; reason
    (r"\./run_tests\.sh", "is this test suite"),
    (r"(cmake|ctest|cpack|ninja|cd build)\b", "builds, or runs this test suite"),
    (r"(git|gh)\b", "changes a repository"),
    (r"(sudo |apt-get|apt|dpkg|python3 -m venv|/tmp/mv/)", "installs"),
    (r"build/tests/", "is a test, which ctest runs"),
    (r"(LD_LIBRARY_PATH=\S+ )?/usr/bin/evotoken", "needs the package installed; scripts/check_package.sh does"),
    (r"scripts/check_package\.sh", "makes a Debian root; the workflow runs it"),
    (r"scripts/(setup|lint)\.sh", ".ci/run runs it"),
    (r"datasets/download\.sh", "needs the network; tests/datasets/download_test.cc runs it on files"),
    (r"(build/bin/evotoken-bench|benchmarks/)", "measures for minutes"),
    (r"build/bin/evotoken-compare benchmarks/", "needs what a benchmark wrote"),
    (r"models/(make_tiny\.sh|measure_tiny\.py)", "trains for hours, measures for minutes"),
    (r"tests/fuzz/", "needs a build by clang"),
    (r"build/bin/evotoken-eval …", "stands for the command above it"),
]
# Flags of other programs, which the text names.
_FOREIGN = {"--prefix", "--preset", "--build", "--install", "--target", "--max-restarts", "--no-python", "--help"}
_PROGRAM = re.compile(r"(?:^|[\s/])(evotoken-[a-z-]+|(?:[\w.]+/)+[\w-]+\.(?:sh|py)|(?:start_run|run_tests)\.sh)(?=\s|$)")


class Checker:
    def __init__(self, source: Path, build: Path):
        self.source, self.build = source, build
        self.problems: List[str] = []
        self.unused = {pattern for pattern, _ in _NOT_RUN}
        self.ran = self.checked = 0

    @functools.lru_cache(maxsize=None)
    def known_flags(self, program: str) -> Set[str]:
        """Of a program by its help, of a script by its text."""
        program = "evotoken-eval" if program.endswith("start_run.sh") else program
        if not program.startswith("evotoken-"):
            script = self.source / program
            return set(re.findall(r"--[A-Za-z][\w-]*", script.read_text(encoding="utf-8")))
        helps = [["--help", "all"]]
        if program == "evotoken-train":
            helps += [[command, "--help"] for command in ("pretrain", "sft", "cts")]
        if program == "evotoken-bench-kernels":
            helps = [["--help"]]
        if program == "evotoken-make-builtin":  # of the build: takes no flags
            helps = []
        text = ""
        for arguments in helps:
            done = subprocess.run([self.build / "bin" / program, *arguments], capture_output=True, text=True, check=True)
            text += done.stdout
        return set(re.findall(r"--[A-Za-z][\w-]*", text))

    def check_flags(self, where: str, command: str) -> None:
        """Every flag behind a program's name is one of its own."""
        self.checked += 1
        programs = list(_PROGRAM.finditer(command))
        for program, end in zip(programs, [p.start() for p in programs[1:]] + [len(command)]):
            name = program.group(1)
            script = name if "/" in name else name.split("/")[-1]
            if not name.startswith("evotoken-") and not (self.source / script).exists():
                self.problems.append(f"{where}: {name} is not in the repository")
                continue
            if name.startswith("evotoken-") and not (self.build / "bin" / name).exists():
                self.problems.append(f"{where}: there is no program {name}")
                continue
            arguments = re.split(r"\s#|\s[|;&>]|`", command[program.end():end])[0]
            for flag in markdown.flags(arguments):
                if flag not in self.known_flags(name) and flag not in _FOREIGN:
                    self.problems.append(f"{where}: {name} has no flag {flag}")

    def check_build_words(self, where: str, command: str) -> None:
        """Presets, targets and tests that a build command names are there."""
        presets = json.loads((self.source / "CMakePresets.json").read_text(encoding="utf-8"))["configurePresets"]
        for preset in re.findall(r"--preset ([a-z-]+)", command):
            if preset not in {p["name"] for p in presets}:
                self.problems.append(f"{where}: there is no preset {preset}")
        ninja = (self.build / "build.ninja").read_text(encoding="utf-8")
        for targets in re.findall(r"--target ((?:[a-z_][\w-]* ?)+)", command):
            for target in targets.split():
                if f"\nbuild {target}: phony" not in ninja:
                    self.problems.append(f"{where}: there is no target {target}")
        for name in re.findall(r"ctest\b.* -R (\S+)", command):
            if not any(re.search(name.strip("'\""), test) for test in self.test_names(self.build)):
                self.problems.append(f"{where}: ctest finds no test {name}")

    @functools.lru_cache(maxsize=None)
    def test_names(self, folder: Path) -> List[str]:
        """Read from the files that ctest reads: any call of ctest itself, one with -N too, begins LastTest.log anew,
        in which run_tests.sh looks for what the suite left out."""
        file = folder / "CTestTestfile.cmake"
        text = file.read_text(encoding="utf-8") if file.exists() else ""  # a folder without tests has none
        names = re.findall(r"^\s*add_test\((?:\[=*\[|\")?([^\s\]\"]+)", text, re.MULTILINE)
        for below in re.findall(r"^subdirs\(\"?([^\s\")]+)", text, re.MULTILINE):
            names += self.test_names(folder / below)
        return names

    def is_run(self, command: str) -> bool:
        plain = re.sub(r"^(?:[A-Z_]+=\S+ )+", "", command)
        for pattern, _ in _NOT_RUN:
            if re.match(pattern, plain):
                self.unused.discard(pattern)
                return False
        return True

    def run_page(self, page: str, results: Path, temporary: Path) -> None:
        commands = markdown.commands(self.source / page, page)
        for command in commands:
            where = f"{page}:{command.line}"
            self.check_flags(where, command.text)
            self.check_build_words(where, command.text)
        for code in markdown.inline_code(self.source / page):
            self.check_flags(page, code)
            self.check_build_words(page, code)
            if not _PROGRAM.search(code):
                self.check_loose_flags(page, code)
        runnable = [command for command in commands if self.is_run(command.text)]
        if not runnable:
            return
        folder = temporary / page.replace("/", "_").replace(".md", "") / "repository"
        folder.mkdir(parents=True)
        environment = reader_folder.prepare(folder, self.source, self.build / "bin", results)
        for block in sorted({command.block for command in runnable}):
            self.run_block([c for c in runnable if c.block == block], folder, environment)

    def check_loose_flags(self, page: str, code: str) -> None:
        """A flag in the running text belongs to one of the programs."""
        every = set(_FOREIGN)
        for program in (self.build / "bin").glob("evotoken-*"):
            every |= self.known_flags(program.name)
        for script in ("datasets/download.sh", "tests/reports/page/report_page_test.py"):
            every |= self.known_flags(script)
        for flag in markdown.flags(code):
            if code.startswith("--") and flag not in every:
                self.problems.append(f"{page}: no program has the flag {flag} (`{code}`)")

    def run_block(self, block, folder: Path, environment) -> None:
        missing = [tool for tool in ("jq",) if not shutil.which(tool) and any(f"{tool} " in c.text for c in block)]
        if missing:
            print(f"{block[0].page}:{block[0].line}: NOT RUN, {missing[0]} is not installed")
            return
        # A line that says which command runs, so that the one that failed is known.
        script = "set -eu -o pipefail\n"
        for number, command in enumerate(block):
            text = re.sub(r"(?<![\w/])/tmp/", f"{folder}/tmp/", command.text)
            script += f"echo {number} >{folder}/tmp/running\n{text}\n"
        done = subprocess.run(["bash", "-c", script], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, errors="replace")
        self.ran += len(block)
        if done.returncode != 0:
            failed = block[int((folder / "tmp/running").read_text())]
            self.problems.append(f"{failed.page}:{failed.line}: exit status {done.returncode} of\n"
                                 f"    {failed.text}\n    {done.stderr.strip()[-600:]}")

    def finish(self) -> int:
        for pattern in sorted(self.unused):
            self.problems.append(f"_NOT_RUN: no document has a command like {pattern}; take it out")
        for problem in self.problems:
            print(f"error: {problem}")
        print(f"{self.ran} commands run, flags of {self.checked} checked, {len(self.problems)} problems")
        return 1 if self.problems else 0


def main() -> int:
    source, build = (Path(argument).resolve() for argument in sys.argv[1:])
    checker = Checker(source, build)
    with tempfile.TemporaryDirectory(prefix="evotoken-docs.") as temporary:
        results = Path(temporary) / "results"
        subprocess.run([build / "bin/evotoken-eval", "--task", "gsm8k", "--samples", "0", "--gen_length", "32",
                        "--dtype", "float32", "--output_dir", results / "eval_results"],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        pages = ["README.md", "CONTRIBUTING.md", "models/README.md"]
        pages += sorted(str(path.relative_to(source)) for path in (source / "docs").glob("*.md"))
        for page in pages:
            checker.run_page(page, results, Path(temporary))
    return checker.finish()


if __name__ == "__main__":
    sys.exit(main())
