"""Make sense of the answers of servers, under caps.

In: the pieces of a body, as they come. Out: bytes or typed values, or a ReplyError. Also the two
parts of an answer that mean the same everywhere: what an error says, and when to come back.
"""

import email.utils
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TypeVar

import msgspec

T = TypeVar("T")
Reader = Callable[[Iterator[bytes]], T]

_LONGEST_SAID = 300


class ReplyError(ValueError):
    """A reader cannot make sense of an answer; `Http.ask` turns it into a LyingReply."""


def nothing(pieces: Iterator[bytes]) -> None:
    """Read an answer without looking at it, under a cap."""
    whole(1 << 20)(pieces)


def whole(max_bytes: int) -> Reader[bytes]:
    """Return a reader of a body of up to `max_bytes`."""

    def read(pieces: Iterator[bytes]) -> bytes:
        data = bytearray()
        for piece in pieces:
            if len(data) + len(piece) > max_bytes:
                raise ReplyError(f"sent more than {max_bytes:,} bytes")
            data += piece
        return bytes(data)

    return read


def json_of(kind: type[T], max_bytes: int = 1 << 20) -> Reader[T]:
    """Return a reader of one JSON value of a type, in up to `max_bytes`."""
    read_all, decoder = whole(max_bytes), msgspec.json.Decoder(kind)
    return lambda pieces: _decoded(decoder, read_all(pieces))


def json_lines(kind: type[T], max_line_bytes: int = 1 << 20) -> Reader[list[T]]:
    """Return a reader of JSON values, one a line. Blank lines are none."""
    decoder = msgspec.json.Decoder(kind)

    def read(pieces: Iterator[bytes]) -> list[T]:
        values, rest = [], b""
        for piece in pieces:
            *lines, rest = (rest + piece).split(b"\n")
            values += [_decoded(decoder, line) for line in lines if line.strip()]
            if len(rest) > max_line_bytes:
                raise ReplyError(f"sent a line of more than {max_line_bytes:,} bytes")
        return values + ([_decoded(decoder, rest)] if rest.strip() else [])

    return read


def _decoded(decoder: msgspec.json.Decoder[T], data: bytes) -> T:
    try:
        return decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ReplyError(f"the answer is not what the interface promises: {error}") from error


def start_of(pieces: Iterator[bytes], max_bytes: int) -> bytes:
    """Return the first `max_bytes` of a body, and read no further."""
    data = b""
    for piece in pieces:
        data += piece
        if len(data) >= max_bytes:
            break
    return data[:max_bytes]


_SAID = re.compile(
    r"""(?: "(?:Message|message|details|reason|error)" \s*:\s* "((?:[^"\\]|\\.)+)"
          | <Message>([^<]+)</Message> )""",
    re.VERBOSE,
)


def said(body: bytes) -> str:
    """Return what an error answer says, in one line: the message of JSON or XML, or its text."""
    text = body.decode("utf-8", errors="replace")
    found = [json or xml for json, xml in _SAID.findall(text)]
    words = "; ".join(found) if found else re.sub(r"<[^>]*>", " ", text)
    return one_line(words)


def one_line(text: str) -> str:
    """Return a text of others without what a terminal would obey, and not too long."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= _LONGEST_SAID else line[:_LONGEST_SAID] + "..."


def retry_after(value: str, now: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks for (RFC 9110, section 10.2.3)."""
    if value.strip().isdecimal():
        return float(value[:9])
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
