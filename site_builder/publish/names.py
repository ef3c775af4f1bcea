"""Names that an entry of a folder may have.

In: a name from a disk or from a block. Out: the same name, checked. One that leads out of its
folder, or that some reader could not address, is refused. Specification: UnixFS, "Restricted
Names".
"""

import os

_SEPARATORS = frozenset({"/", os.sep, os.altsep or os.sep})  # Windows has a second one


class NameFault(ValueError):
    """A name must not stand in a folder; the message says why."""


def encode_name(name: str) -> bytes:
    """Return a name as links hold it. Raises NameFault."""
    try:
        encoded = name.encode()
    except UnicodeEncodeError as error:
        raise NameFault(f"the name {name!r} is not Unicode text") from error
    _check(name)
    return encoded


def decode_name(name: bytes) -> str:
    """Return the name that a link holds. Raises NameFault."""
    try:
        decoded = name.decode()
    except UnicodeDecodeError as error:
        raise NameFault(f"the name {name!r} is not UTF-8") from error
    _check(decoded)
    return decoded


def _check(name: str) -> None:
    if not name:
        raise NameFault("a name is empty")
    if name in {".", ".."}:
        raise NameFault(f'the name "{name}" leads to another folder')
    if not _SEPARATORS.isdisjoint(name):
        raise NameFault(f"the name {name!r} is a path")
    if "\0" in name:
        raise NameFault(f"the name {name!r} holds a NUL")
