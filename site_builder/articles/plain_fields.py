"""Read front matter of plain lines without a YAML parser: `key: value`, one to a line.

In: front matter. Out: what YAML would make of it, or None where only YAML can tell: then it is
left to `front_matter`. Most articles of an archive need no more, and YAML events cost ten times as
much. The forms that are taken here are such that YAML has but one reading of them (YAML 1.1,
sections 9.1.1 to 9.1.3); a property test compares the two.
"""

import re

from site_builder.articles.source import Mapping, Scalar, Sequence, Value

_NEVER = r"\x00-\x1f\x7f-\xa0\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff"
"""Characters that YAML refuses, takes for the end of a line, or passes over."""

_SIGNS = r"#:,\[\]{}&*!|>%@`\"'?=<~\\\-"
"""What YAML may read as a sign of its own at the start of a value."""

_ITEM = rf"[^{_NEVER}{_SIGNS} ](?:[^{_NEVER}#:,\[\]{{}}]*[^{_NEVER}#:,\[\]{{}} ])?"
_LINE = re.compile(
    r"(?P<key>[a-z_]{1,60}): +(?:"
    rf"(?P<plain>[^{_NEVER}{_SIGNS} ](?:(?:[^{_NEVER}#:]|:(?![ ]|\Z))*[^{_NEVER}#: ])?)"
    rf"|\"(?P<double>[^{_NEVER}\"\\]*)\""
    rf"|'(?P<single>[^{_NEVER}']*)'"
    rf"|\[(?P<items>{_ITEM}(?:, *{_ITEM})*)\]"
    r")"
)


def plain_fields(text: str, first_line: int) -> Mapping | None:
    """Return the fields, each with its line; `first_line` is that of the first line of `text`."""
    items: dict[str, Value] = {}
    lines: dict[str, int] = {}
    for number, written in enumerate(text.split("\n"), start=first_line):
        if not written:
            continue
        line = _LINE.fullmatch(written)
        if line is None or line["key"] in items:
            return None
        kind = line.lastgroup
        value = line[kind or ""]
        if kind == "items":
            names = value.split(",")
            items[line["key"]] = Sequence(
                [Scalar(name.lstrip(" "), number, plain=True) for name in names], number
            )
        else:
            items[line["key"]] = Scalar(value, number, plain=kind == "plain")
        lines[line["key"]] = number
    return Mapping(items, lines, min(lines.values())) if lines else None
