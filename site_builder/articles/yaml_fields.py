"""Read front matter as YAML, through python-frontmatter, keeping the line of every value.

In: the text of one file. Out: its fields, or Problems. Anchors, aliases and tags are refused, which
leaves nothing that could expand.
"""

import re
from collections.abc import Iterator
from typing import Any, NoReturn

import frontmatter
import yaml
from frontmatter.default_handlers import BaseHandler

from site_builder.articles.source import FENCE, Mapping, Scalar, Sequence, SourceFault, Value
from site_builder.characters import CONTROL
from site_builder.errors import Problem

MAX_DEPTH = 12

_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def yaml_fields(text: str, file: str, line: int) -> Mapping:
    """Return the fields of the front matter with which `text` starts.

    `line` is that of its first `---` in the file. Raises SourceFault with every Problem.
    """
    metadata, _ = frontmatter.parse(text, handler=_LineKeepingHandler(file, line))
    fields: Mapping = metadata["fields"]  # type: ignore[assignment]
    return fields


class _LineKeepingHandler(BaseHandler):
    """Make python-frontmatter return values with their lines. `line` is that of the first `---`."""

    FM_BOUNDARY = FENCE

    def __init__(self, file: str, line: int) -> None:
        super().__init__()
        self.file = file
        self.line = line

    def load(self, fm: str) -> dict[str, Any]:
        """Compose the front matter; python-frontmatter calls this."""
        return {"fields": compose(fm, self.file, self.line)}


def compose(text: str, file: str, line: int) -> Mapping:
    """Return the fields of front matter, read as YAML; `line` is that of the first line of `text`.

    Raises SourceFault with every Problem.
    """
    return _Composer(file, line).compose(text)


class _Composer:
    """Build values from YAML events.

    libyaml's own composer recurses in C and overruns the stack on deep nesting; events do not.
    """

    def __init__(self, file: str, line: int) -> None:
        self.file = file
        self.first_line = line
        self.lines: list[str] = []
        self.problems: list[Problem] = []

    def compose(self, text: str) -> Mapping:
        """Return the top mapping. Raises SourceFault."""
        self.lines = text.split("\n")
        try:
            top = self._build(yaml.parse(text, Loader=_Loader))
        except yaml.YAMLError as error:
            self.problems.append(self._translate(error, text))
            raise SourceFault(self.problems) from error
        if self.problems:
            raise SourceFault(self.problems)
        if isinstance(top, Mapping):
            return top
        if top is None or (isinstance(top, Scalar) and not top.text):
            return Mapping({}, {}, self.first_line)
        hint = "each line is a key, a colon and a value: title: ..."
        raise SourceFault([Problem(self.file, top.line, "is not a list of keys", hint)])

    def _build(self, events: Iterator[yaml.Event]) -> Value | None:
        top: Value | None = None
        parents: list[Sequence | Mapping] = []
        keys: list[Scalar | None] = []
        for event in events:
            if isinstance(event, yaml.CollectionEndEvent):
                parents.pop()
                keys.pop()
                continue
            value = self._value(event, again=top is not None)
            if value is None:
                continue
            if parents:
                self._put(parents[-1], keys, value)
            else:
                top = value
            if not isinstance(value, Scalar):
                parents.append(value)
                keys.append(None)
                if len(parents) > MAX_DEPTH:
                    what = f"the front matter is nested more than {MAX_DEPTH} deep"
                    self._refuse(value.line, what, "make it flatter")
        return top

    def _value(self, event: yaml.Event, *, again: bool) -> Value | None:
        """Return what an event begins, or None; refuse what could expand or repeat."""
        line = self.first_line + (event.start_mark.line if event.start_mark else 0)
        if isinstance(event, yaml.NodeEvent) and (event.anchor or getattr(event, "tag", None)):
            self._refuse_sign(event, line)
        if isinstance(event, yaml.ScalarEvent):
            control = CONTROL.search(event.value)
            if control:
                what = f"has the control character U+{ord(control.group()):04X}"
                self.problems.append(Problem(self.file, line, what, "delete it"))
            plain = event.implicit[0]
            if plain and event.value and event.end_mark:
                self._check_comment(event.end_mark, line)
            return Scalar(event.value, line, plain)
        if isinstance(event, yaml.SequenceStartEvent):
            return Sequence([], line)
        if isinstance(event, yaml.MappingStartEvent):
            return Mapping({}, {}, line)
        if isinstance(event, yaml.DocumentStartEvent) and again:
            self._refuse(line, "has two YAML documents", "keep one front matter")
        return None

    def _refuse_sign(self, event: yaml.NodeEvent, line: int) -> NoReturn:
        """Refuse an anchor, an alias or a tag: nothing of an article needs them."""
        if event.anchor:
            sign = "alias *" if isinstance(event, yaml.AliasEvent) else "anchor &"
            what = f"uses the YAML {sign}{event.anchor}"
        else:
            what = f"uses the YAML tag {getattr(event, 'tag', '')}"
        self._refuse(line, what, "write the value out; if it is text, put it in quotes")

    def _check_comment(self, end: Any, line: int) -> None:
        """Report what reads as part of a text but is a comment to YAML: `Convoy attack #3`."""
        written = self.lines[end.line] if end.line < len(self.lines) else ""
        comment = "#" in written and re.match(r"\s+(#\S+)", written[end.column :])
        if comment:
            what = f"everything from {comment[1]} on is a comment and would not be published"
            self.problems.append(Problem(self.file, line, what, "put the value in quotes"))

    def _put(self, parent: Sequence | Mapping, keys: list[Scalar | None], value: Value) -> None:
        if isinstance(parent, Sequence):
            parent.items.append(value)
            return
        key = keys[-1]
        if key is None:
            if not isinstance(value, Scalar):
                self._refuse(value.line, "has a key that is a list or mapping", "quote the key")
            keys[-1] = value
            return
        keys[-1] = None
        if key.text in parent.items:
            what = f"{key.text} is given twice, first in line {parent.lines[key.text]}"
            self.problems.append(Problem(self.file, key.line, what, "keep one of them"))
            return
        parent.items[key.text] = value
        parent.lines[key.text] = key.line

    def _refuse(self, line: int, what: str, hint: str) -> NoReturn:
        self.problems.append(Problem(self.file, line, what, hint))
        raise SourceFault(self.problems)

    def _translate(self, error: yaml.YAMLError, text: str) -> Problem:
        """Say what the YAML parser met; the hint comes from the line itself."""
        if isinstance(error, yaml.reader.ReaderError):
            line = text.count("\n", 0, error.position)
            what = "the front matter has a control character"
            return Problem(self.file, self.first_line + line, what, "delete it")
        lines = self.lines
        problem, context = (
            min(mark.line, len(lines) - 1) if mark else None
            for mark in (getattr(error, f"{kind}_mark", None) for kind in ("problem", "context"))
        )
        number = problem if problem is not None else context or 0
        hint = _hint(lines[number])
        if context is not None and context < number:
            opened = error.context_mark.column  # type: ignore[attr-defined]
            opening = lines[context][opened : opened + 1]
            if opening in ('"', "'"):
                number, hint = context, "is a closing quotation mark missing?"
            elif opening in ("[", "{"):
                number, hint = context, "is a closing bracket missing?"
            elif ":" not in lines[context] and lines[context].strip("- "):
                number, hint = context, "put a colon and a space after the key, as in title: ..."
        detail = getattr(error, "problem", None) or "cannot be parsed"
        what = f"the front matter is not valid YAML: {detail}"
        return Problem(self.file, self.first_line + number, what, hint)


def _hint(line: str) -> str:
    """Guess the slip in a line that YAML refuses."""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "indent with spaces, not with a tab"
    if re.search(r":\s+'[^']*'\w", line):
        return "between single quotes, write an apostrophe twice: ''"
    if re.search(r":\s+\"[^\"]*\"\s*\S", line):
        return "put the whole value in quotes, as in '\"Peace\" talks'"
    if line.count(": ") > 1 or re.search(r":\s+[@`%&*!|>{\[]", line):
        return "put the value in quotes"
    return "check the indentation, colons and quotation marks of this line and the one above"
