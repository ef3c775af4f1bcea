"""The one module that speaks HTTP.

In: an address, a credential, what to ask and how to read the answer. Out: the answer, read under a
cap, or one of the errors of `http_errors`. It never follows a redirect with a credential, never
unpacks what a server compressed, never shows a secret, and waits only through the Clock that it is
given. Proxies and certificate authorities are those of the environment, as is usual (HTTPS_PROXY,
SSL_CERT_FILE).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, NamedTuple, TypeVar

import httpx

from site_builder.publish.credentials import Credential
from site_builder.publish.http_errors import (
    EngineError,
    Interrupted,
    LyingReply,
    Overloaded,
    RateLimited,
    Rejected,
    TokenRefused,
    Unreachable,
)
from site_builder.publish.http_replies import (
    Reader,
    ReplyError,
    one_line,
    retry_after,
    said,
    start_of,
)

T = TypeVar("T")
Body = bytes | Callable[[], Iterable[bytes]] | None

_ERROR_BYTES = 16 * 1024
_OVERLOADED = (502, 503, 504)
_MAX_REDIRECTS = 3


class Clock(NamedTuple):
    """The time, and how to let it pass."""

    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    sleep: Callable[[float], None]


@dataclass(frozen=True)
class Limits:
    """How long to wait, and how often to try again.

    `silence_seconds` is the longest between two bytes, `total_seconds` for a whole answer, counted
    from its first byte. A server that asks for more than `longest_pause_seconds` is not waited for.
    """

    connect_seconds: float = 10
    silence_seconds: float = 60
    total_seconds: float = 600
    pauses_seconds: tuple[float, ...] = (0.5, 2, 8)
    longest_pause_seconds: float = 120


class Reply(NamedTuple, Generic[T]):
    """An answer: its headers by lower-case name, and what the reader made of the body."""

    headers: Mapping[str, str]
    content: T


class Http:
    """The way to one address. `name` is what messages call it; close it at the end."""

    def __init__(
        self,
        name: str,
        address: str,
        clock: Clock,
        credential: Credential | None = None,
        *,
        secrets: Sequence[str] = (),
        limits: Limits | None = None,
    ) -> None:
        self.name, self.clock = name, clock
        self._limits = limits or Limits()
        self._source = credential.source if credential else ""
        self._secrets = tuple(filter(None, (*secrets, *(credential.secrets if credential else ()))))
        self.address = _checked(name, address)
        self._client = httpx.Client(
            headers={"Accept-Encoding": "identity", "User-Agent": "site-builder"}
            | ({"Authorization": credential.header} if credential else {}),
            follow_redirects=not self._secrets,
            max_redirects=_MAX_REDIRECTS,
        )

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def ask(
        self,
        method: str,
        path: str,
        read: Reader[T],
        *,
        params: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        body: Body = None,
        cid: object = "",
        repeatable: bool = True,
        silence_seconds: float | None = None,
    ) -> Reply[T]:
        """Ask, and return the answer if its status is one of success (200 to 299).

        `read` takes the pieces of the body and may raise ReplyError. What is `repeatable` is asked
        again after a fault that may pass, anything else only where nothing had been done: no
        connection, or 429. `body`, where it is a function, is called for each try. An answer that
        is known to take long has `silence_seconds` of its own. Raises EngineError.
        """
        silence_seconds = silence_seconds or self._limits.silence_seconds
        request = _Request(method, path, params, headers or {}, body, str(cid), silence_seconds)
        for pause in self._limits.pauses_seconds:
            try:
                return self._try(request, read)
            except (Unreachable, RateLimited, Interrupted, Overloaded) as error:
                if not repeatable and isinstance(error, Interrupted | Overloaded):
                    raise
                after = error.after_seconds if isinstance(error, RateLimited) else None
                if after is not None and after > self._limits.longest_pause_seconds:
                    raise
                self.clock.sleep(pause if after is None else max(after, 0.0))
        return self._try(request, read)

    def _try(self, request: "_Request", read: Reader[T]) -> Reply[T]:
        content = request.body() if callable(request.body) else request.body
        try:
            with self._client.stream(
                request.method,
                self.address + request.path,
                params=httpx.QueryParams(list(request.params)) if request.params else None,
                headers=dict(request.headers),
                content=content,
                timeout=httpx.Timeout(
                    request.silence_seconds, connect=self._limits.connect_seconds
                ),
            ) as response:
                pieces = self._pieces(response, request)
                self._check(response, pieces, request)
                return Reply(dict(response.headers.items()), read(pieces))
        except ReplyError as error:
            raise self._error(LyingReply, str(error), "", request) from error
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            # Not `from error`: a log of the chain could show what this message leaves out.
            raise self._translated(error, request) from None

    def _pieces(self, response: httpx.Response, request: "_Request") -> Iterator[bytes]:
        """Yield the body as it comes. Raises Interrupted where it comes too slowly."""
        end = self.clock.monotonic() + self._limits.total_seconds
        for piece in response.iter_raw():
            if self.clock.monotonic() > end:
                what = f"the answer took more than {self._limits.total_seconds:g} seconds"
                raise self._error(Interrupted, what, "", request)
            yield piece

    def _check(
        self, response: httpx.Response, pieces: Iterator[bytes], request: "_Request"
    ) -> None:
        """Raise where an answer is none to read."""
        if not response.is_success:
            raise self._rejection(response, pieces, request)
        if response.headers.get("content-encoding", "identity") != "identity":
            raise ReplyError("the answer is compressed, which was not asked for")

    def _rejection(
        self, response: httpx.Response, pieces: Iterator[bytes], request: "_Request"
    ) -> Rejected:
        status = response.status_code
        words = said(start_of(pieces, _ERROR_BYTES))
        what = f"answered {status}" + (f": {words}" if words else "")
        error: Rejected
        if status in (401, 403):
            hint = f"check {self._source}" if self._source else "check the credential"
            error = self._error(TokenRefused, f"refused the credential; {what}", hint, request)
        elif status == 429:
            after = retry_after(response.headers.get("retry-after", ""), self.clock.now())
            hint = "" if after is None else f"try again in {after:.0f} seconds"
            error = limited = self._error(RateLimited, what, hint, request)
            limited.after_seconds = after
        elif status in _OVERLOADED:
            error = self._error(Overloaded, what, "", request)
        else:
            hint = "the address is another" if response.is_redirect else ""
            error = self._error(Rejected, what, hint, request)
        error.status = status
        return error

    def _translated(self, error: Exception, request: "_Request") -> EngineError:
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.ProxyError):
            what = f"cannot be reached at {self.address}: {error or 'no answer'}"
            return self._error(Unreachable, what, "is it running?", request)
        if isinstance(error, httpx.TimeoutException):
            what = f"fell silent for {request.silence_seconds:g} seconds"
            return self._error(Interrupted, what, "", request)
        if isinstance(error, httpx.NetworkError | httpx.RemoteProtocolError):
            return self._error(Interrupted, f"the connection was cut: {error}", "", request)
        return self._error(EngineError, f"{type(error).__name__}: {error}", "", request)

    def _error(self, kind: type["_E"], what: str, hint: str, request: "_Request") -> "_E":
        return kind(self.name, self.shown(what), hint, request.cid)

    def fault(self, kind: type["_E"], what: str, cid: object = "") -> "_E":
        """Return an error of this engine whose words may come from its answers."""
        return kind(self.name, self.shown(what), "", str(cid))

    def shown(self, text: str) -> str:
        """Return a text of others as one short line without the secrets of this address."""
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, "***")
        return one_line(text)


_E = TypeVar("_E", bound=EngineError)


class _Request(NamedTuple):
    method: str
    path: str
    params: Sequence[tuple[str, str]]
    headers: Mapping[str, str]
    body: Body
    cid: str
    silence_seconds: float


def _checked(name: str, address: str) -> str:
    """Return an address that ends in `/`. Raises EngineError where it cannot be used."""
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        # The library's words could show a password that is misplaced in the address.
        raise EngineError(name, "its address is malformed") from None
    if url.userinfo:
        raise EngineError(name, "its address holds a password", "give it in the environment")
    if url.scheme not in ("http", "https") or not url.host:
        raise EngineError(name, f"{address!r} is no address", "begin it with https://")
    if url.query or url.fragment:
        raise EngineError(name, f"{address!r} holds more than a place", "leave out ? and #")
    return address.rstrip("/") + "/"
