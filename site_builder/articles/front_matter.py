"""Split a source into front matter and body, keeping the line of every value.

In: the text of one file. Out: plain scalars as the text that was written, lists and mappings, each
with its line in the file. Nothing is guessed from how a value looks: `no` stays "no" and `2024`
stays "2024", so that the schema, not YAML, decides what a key means (YAML 1.1, section 10.3 lists
the traps this avoids).
"""

import re

import msgspec

from site_builder.articles.plain_fields import plain_fields
from site_builder.articles.source import FENCE, Mapping, SourceFault
from site_builder.errors import Problem

MAX_FRONT_MATTER_CHARACTERS = 64 * 1024

_LINE_SEPARATOR = re.compile("[\u2028\u2029]")


class Parts(msgspec.Struct, frozen=True):
    """A source taken apart. `body_line` is the line of the file at which the body starts."""

    fields: Mapping
    body: str
    body_line: int


def split(text: str, file: str) -> Parts:
    """Take the text of a source apart.

    `text` has LF line ends and no byte order mark. Raises SourceFault with every Problem.
    """
    lead = len(text) - len(text.lstrip())
    line = text.count("\n", 0, lead) + 1
    opening = FENCE.match(text, lead)
    if not opening:
        hint = "start the file with a line ---, then title, date and categories, then a line ---"
        raise SourceFault([Problem(file, line, "has no front matter", hint)])
    closing = FENCE.search(text, opening.end())
    if not closing:
        hint = "put a line --- between the front matter and the text"
        raise SourceFault([Problem(file, line, "the front matter is never closed", hint)])
    if closing.start() - lead > MAX_FRONT_MATTER_CHARACTERS:
        what = f"the front matter is longer than {MAX_FRONT_MATTER_CHARACTERS // 1024} KiB"
        raise SourceFault([Problem(file, line, what, "is its closing line --- in place?")])
    separator = _LINE_SEPARATOR.search(text, lead, closing.start())
    if separator:
        what = f"has the invisible line separator U+{ord(separator.group()):04X}"
        at = text.count("\n", 0, separator.start()) + 1
        raise SourceFault([Problem(file, at, what, "put a space in its place")])
    fields = plain_fields(text[opening.end() : closing.start()], line)
    if fields is None:
        from site_builder.articles.yaml_fields import yaml_fields

        fields = yaml_fields(text[lead:], file, line)
    body = text[closing.end() :].lstrip("\n")
    return Parts(fields, body.rstrip(), text.count("\n", 0, len(text) - len(body)) + 1)
