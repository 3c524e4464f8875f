"""Commands, flags and links of a Markdown page."""
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator, List, Tuple


@dataclass
class Command:
    page: str   # "docs/running.md"
    line: int
    text: str   # one logical line: continuations joined, comments as they stand
    block: int  # commands of one block are one shell session


def _blocks(text: str) -> Iterator[Tuple[int, List[str]]]:
    """Fenced blocks of sh, and indented ones, with the number of their first line."""
    lines = text.splitlines()
    fence, start, block = None, 0, []
    for number, line in enumerate(lines + [""], 1):
        if fence is not None:
            if line.strip() == "```":
                if fence in ("sh", "bash"):
                    yield start, block
                fence, block = None, []
            else:
                block.append(line)
        elif line.startswith("```"):
            fence, start, block = line[3:].strip(), number + 1, []
        elif line.startswith("    ") and (block or number == 1 or not lines[number - 2].strip()):
            start = start if block else number
            block.append(line[4:])
        elif block:
            yield start, block
            block = []


def commands(path: Path, page: str) -> List[Command]:
    found = []
    for index, (start, block) in enumerate(_blocks(path.read_text(encoding="utf-8"))):
        joined, first = "", start
        for offset, line in enumerate(block):
            joined = joined + " " + line.strip() if joined else line
            first = first if joined != line else start + offset
            if joined.endswith("\\"):
                joined = joined[:-1].rstrip()
                continue
            if joined.strip() and not joined.lstrip().startswith("#"):
                found.append(Command(page, first, joined, index))
            joined = ""
    return found


def inline_code(path: Path) -> List[str]:
    """Texts in backticks outside of blocks; one may go on in the next line."""
    prose, fenced = [], False
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            fenced = not fenced
        elif not fenced and not line.startswith("    "):
            prose.append(line)
    return [" ".join(code.split()) for code in re.findall(r"(?<!`)`([^`]+)`(?!`)", "\n".join(prose))]


def flags(command: str) -> List[str]:
    """--gen_length of "--gen_length 64"; of "--a=b" --a."""
    return re.findall(r"(?:^|[\s`(])(--[A-Za-z][\w-]*)", command)


def links(path: Path) -> List[str]:
    """Where the page's links and pictures lead, but for other hosts."""
    targets = re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8"))
    return [target for target in targets if not re.match(r"[a-z]+:", target)]


def anchors(path: Path) -> List[str]:
    """The anchors that GitHub gives to a page's headings."""
    headings = re.findall(r"(?m)^#+ (.+)$", path.read_text(encoding="utf-8"))
    return [re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings]
