#!/usr/bin/env python3
"""Links between the documents lead to files and headings that are there. usage: links_test.py SOURCE_DIR"""
import subprocess
import sys
from pathlib import Path

import markdown


def main() -> int:
    source = Path(sys.argv[1]).resolve()
    pages = subprocess.run(["git", "ls-files", "*.md"], cwd=source, capture_output=True, text=True).stdout.split()
    pages = pages or [str(page) for page in source.glob("docs/*.md")]  # not a checkout
    checked, problems = 0, []
    for page in pages:
        for link in markdown.links(source / page):
            checked += 1
            name, _, anchor = link.partition("#")
            target = (source / page).parent / name if name else source / page
            if not target.exists():
                problems.append(f"{page}: {link} is not there")
            elif anchor and anchor not in markdown.anchors(target):
                problems.append(f"{page}: {link}: no such heading")
    for problem in problems:
        print(f"error: {problem}")
    print(f"{checked} links, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
