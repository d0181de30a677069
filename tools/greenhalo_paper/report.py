"""How the report is written: Markdown whose lines of text are short enough for an editor and a terminal."""

import re

WIDTH = 116
# At the start of a line Markdown takes these for lists, headings, quotations and rules.
_MARKUP = re.compile(r"[-+*>#|]+\S{0,1}|=+|\d+[.)]")
# These belong to the word before.
_CLINGING = re.compile(r"%|[kMG]yr|yr|kpc|[GTP]eV|dex|cm\^-3|orders")


def wrap(text, first="", then=""):
    """Lines of at most WIDTH characters where words allow it, the first with the one prefix, the others with the other. No
    line begins with a mark that Markdown would read as its own, or with the unit of the number before."""
    words = []
    for word in text.split():
        bare = word.strip("().,;:")
        if words and (_MARKUP.fullmatch(word) or _CLINGING.fullmatch(bare) or words[-1].endswith("=")):
            words[-1] += " " + word
        else:
            words.append(word)
    lines, gap = [first], ""
    for word in words:
        if gap and len(lines[-1]) + 1 + len(word) > WIDTH:
            lines.append(then + word)
        else:
            lines[-1] += gap + word
            gap = " "
    return lines


def table(heads, rows):
    """A table of few words; a table cannot be wrapped."""
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return lines + ["| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in rows]


def bullets(items):
    """A list with an item for each text."""
    return [line for item in items for line in wrap(item, "- ", "  ")]


def section(number, row):
    """What is said of a claim."""
    parts = row.verdict.split("; ")
    verdict = wrap(parts[0], "**Verdict:** ") if len(parts) == 1 else ["**Verdict:**", "", *bullets(parts)]
    return ["", f"## Claim {number}: {row.claim}", "", *verdict,
            "", "**Numbers:**", "", *bullets(f"{what}: {value}" for what, value in row.numbers),
            "", *wrap(row.depends, "**Depends on:** ")]
