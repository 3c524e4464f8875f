#!/usr/bin/env python3
"""CITATION.cff and CHANGELOG.md know the version of CMakeLists.txt. usage: version_test.py SOURCE_DIR"""
import re
import sys
from pathlib import Path

source = Path(sys.argv[1])
version = re.search(r"project\(\S+ VERSION (\S+)", (source / "CMakeLists.txt").read_text()).group(1)
wrong = [name for name, line in (("CITATION.cff", f"\nversion: {version}\n"), ("CHANGELOG.md", f"\n## [{version}]"))
         if line not in (source / name).read_text(encoding="utf-8")]
for name in wrong:
    print(f"error: {name} does not name version {version} of CMakeLists.txt")
sys.exit(1 if wrong else 0)
