"""All faults that the package reports.

    SiteBuilderError
    |-- ContentError        what was written is at fault: carries every Problem found (exit 1)
    `-- EnvironmentFault    the machine, a path or the command line is at fault (exit 2)

No error of a library leaves the module that calls the library: it is translated there.
"""

import difflib
from collections.abc import Iterable
from typing import NamedTuple


class Problem(NamedTuple):
    """One fault in what somebody wrote, in words for that person.

    `file` is relative to the archive's folder, with `/`. `line` counts from 1; 0 means the file
    as a whole. `hint` says what to do, without a full stop; it may be empty.
    """

    file: str
    line: int
    what: str
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.what}" + (f" ({self.hint})" if self.hint else "")


class SiteBuilderError(Exception):
    """Root of all errors of this package."""


class ContentError(SiteBuilderError):
    """What was written is at fault. `problems` is sorted and without repetition, never empty."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class EnvironmentFault(SiteBuilderError):
    """The machine, a path or the command line is at fault; the message says what to do."""


def nearest(word: str, known: Iterable[str]) -> str:
    """Return `did you mean "x"?` for the known word closest to `word`, or an empty string."""
    close = difflib.get_close_matches(word.lower(), list(known), n=1, cutoff=0.6)
    return f'did you mean "{close[0]}"?' if close else ""
