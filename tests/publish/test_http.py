"""Asking over HTTP: what is tried again, what is refused, and what is never shown."""

import base64
import gzip
import logging
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from site_builder.errors import EnvironmentFault
from site_builder.publish.credentials import Credential, basic, bearer
from site_builder.publish.http import Http, Limits
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
from site_builder.publish.http_replies import json_lines, json_of, nothing, whole
from tests.publish.fakes.clocks import NOON, REAL, Stopped
from tests.publish.fakes.server import Answer, Call, Server, serving

TOKEN = "sk-very-secret-0123456789"  # noqa: S105  (a secret to look for)


def fine(_: Call) -> Answer:
    return Answer(body=b"fine")


@pytest.fixture
def server() -> Iterator[Server]:
    """A server that says that all is fine, after its script."""
    with serving(fine) as running:
        yield running


@pytest.fixture
def stopped() -> Stopped:
    """A clock that stands still."""
    return Stopped()


def get(server: Server, stopped: Stopped, **options: Any) -> bytes:
    """Ask for a page, and close."""
    credential = options.pop("credential", None)
    limits = options.pop("limits", None)
    http = Http("engine", server.address, stopped.clock, credential, limits=limits)
    try:
        return http.ask("GET", "page", whole(100), **options).content
    finally:
        http.close()


@pytest.mark.parametrize(
    "fault", [Answer(503), Answer(502), Answer(504), Answer(body=b"x", cut=True)]
)
def test_a_fault_that_may_pass_is_tried_again_after_growing_pauses(
    server: Server, stopped: Stopped, fault: Answer
) -> None:
    server.script += [fault, fault]
    assert get(server, stopped) == b"fine"
    assert stopped.slept == [0.5, 2]


@pytest.mark.parametrize(
    ("fault", "kind"),
    [(Answer(503), Overloaded), (Answer(body=b"half gone", cut=True), Interrupted)],
)
def test_what_must_not_be_done_twice_is_not_tried_again(
    server: Server, stopped: Stopped, fault: Answer, kind: type[EngineError]
) -> None:
    server.script += [fault]
    with pytest.raises(kind):
        get(server, stopped, repeatable=False)
    assert len(server.calls) == 1


def test_a_fault_that_stays_is_told_after_four_tries(server: Server, stopped: Stopped) -> None:
    server.script += [Answer(503, b'{"message": "back soon"}')] * 9
    with pytest.raises(Overloaded, match=r"^engine: bafy: answered 503: back soon$"):
        get(server, stopped, cid="bafy")
    assert len(server.calls) == 4


@pytest.mark.parametrize(
    ("value", "waited"),
    [
        ("7", 7.0),
        ("0", 0.0),
        (format_datetime(NOON + timedelta(seconds=33), usegmt=True), 33.0),
        (format_datetime(NOON - timedelta(seconds=5), usegmt=True), 0.0),
        ("soon", 0.5),
        ("-5", 0.5),
    ],
)
def test_after_429_it_waits_as_long_as_it_is_asked_to(
    server: Server, stopped: Stopped, value: str, waited: float
) -> None:
    server.script += [Answer(429, headers={"Retry-After": value})]
    assert get(server, stopped, repeatable=False) == b"fine"
    assert stopped.slept == [waited]


def test_a_server_that_asks_for_an_hour_is_not_waited_for(server: Server, stopped: Stopped) -> None:
    server.script += [Answer(429, headers={"Retry-After": "3600"})]
    with pytest.raises(RateLimited, match="try again in 3600 seconds") as caught:
        get(server, stopped)
    assert (stopped.slept, caught.value.after_seconds) == ([], 3600.0)


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_token_is_told_with_the_name_of_its_variable(
    server: Server, stopped: Stopped, status: int
) -> None:
    server.script += [Answer(status, b"bad token " + TOKEN.encode())]
    with pytest.raises(TokenRefused, match=r"\(check PINATA_JWT\)") as caught:
        get(server, stopped, credential=bearer(TOKEN, "PINATA_JWT"))
    assert "bad token ***" in str(caught.value)
    assert len(server.calls) == 1


def test_no_secret_is_in_a_message_a_log_or_a_chain_of_errors(
    server: Server, stopped: Stopped, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    pair = f"editor:{TOKEN}"
    encoded = base64.b64encode(pair.encode()).decode()
    server.script += [Answer(500, f"Basic {encoded} or {pair} or {TOKEN}".encode())]
    credential = basic(pair)
    with pytest.raises(Rejected) as caught:
        get(server, stopped, credential=credential)
    assert server.calls[0].headers["authorization"] == f"Basic {encoded}"
    shown = str(caught.value) + repr(caught.value) + repr(credential) + caplog.text
    assert "***" in shown
    for secret in (TOKEN, encoded, pair):
        assert secret not in shown
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("token", ["", "  \n", "two\nlines", "nul\0", "é"])
def test_a_token_that_no_header_can_hold_is_refused_without_showing_it(token: str) -> None:
    with pytest.raises(EnvironmentFault, match=r"^MY_TOKEN is empty or has characters") as caught:
        bearer(token, "MY_TOKEN")
    assert repr(token.strip()) not in str(caught.value) or not token.strip()


def test_a_token_read_with_its_line_end_is_good() -> None:
    assert bearer("abc\n") == Credential("Bearer abc", ("abc",))


def test_a_password_without_user_is_refused() -> None:
    with pytest.raises(EnvironmentFault, match="KUBO_AUTH is not of the form user:password") as it:
        basic(TOKEN, "KUBO_AUTH")
    assert TOKEN not in str(it.value)


@pytest.mark.parametrize(
    "address",
    [
        f"https://me:{TOKEN}@host/",
        f"https://host:{TOKEN}/",
        "ftp://host/",
        "host:5001",
        "http://h/?a=1",
        "",
    ],
)
def test_an_address_that_cannot_be_used_is_refused_at_once(address: str, stopped: Stopped) -> None:
    with pytest.raises(EngineError, match=r"^engine: ") as caught:
        Http("engine", address, stopped.clock)
    assert TOKEN not in str(caught.value)


def test_an_engine_that_is_down_is_named_with_its_address(stopped: Stopped) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        http = Http("kubo", address, stopped.clock)
        with pytest.raises(Unreachable, match=f"^kubo: cannot be reached at {address}/: .*running"):
            http.ask("POST", "x", nothing, repeatable=False)
        http.close()
    assert len(stopped.slept) == 3


def test_an_engine_that_says_nothing_is_given_up(stopped: Stopped) -> None:
    limits = Limits(silence_seconds=0.1, pauses_seconds=())
    with socket.create_server(("127.0.0.1", 0)) as silent:
        http = Http(
            "kubo", f"http://127.0.0.1:{silent.getsockname()[1]}", stopped.clock, limits=limits
        )
        with pytest.raises(Interrupted, match=r"fell silent for 0.1 seconds"):
            http.ask("GET", "x", nothing)
        http.close()


def test_an_engine_that_drips_is_given_up() -> None:
    limits = Limits(total_seconds=0.2, silence_seconds=5, pauses_seconds=())
    with socket.create_server(("127.0.0.1", 0)) as slow:
        over = threading.Event()

        def drip() -> None:
            connection, _ = slow.accept()
            with connection:
                connection.recv(10_000)
                connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
                while not over.wait(0.05):
                    connection.send(b".")

        thread = threading.Thread(target=drip)
        thread.start()
        http = Http("kubo", f"http://127.0.0.1:{slow.getsockname()[1]}", REAL, limits=limits)
        with pytest.raises(Interrupted, match=r"more than 0.2 seconds"):
            http.ask("GET", "x", nothing)
        over.set()
        thread.join()
        http.close()


def test_a_body_is_read_up_to_its_cap_and_no_further(server: Server, stopped: Stopped) -> None:
    server.script += [Answer(body=b"x" * 100), Answer(body=b"x" * 101)]
    assert len(get(server, stopped)) == 100
    with pytest.raises(LyingReply, match="sent more than 100 bytes"):
        get(server, stopped)


def test_a_compressed_answer_is_refused_since_a_small_one_may_be_huge(
    server: Server, stopped: Stopped
) -> None:
    bomb = Answer(body=gzip.compress(b"x" * 10), headers={"Content-Encoding": "gzip"})
    server.script += [bomb]
    with pytest.raises(LyingReply, match="compressed"):
        get(server, stopped)
    assert server.calls[0].headers["accept-encoding"] == "identity"


def test_a_token_does_not_follow_a_redirect(server: Server, stopped: Stopped) -> None:
    with serving(fine) as other:
        away = Answer(307, headers={"Location": other.address})
        server.script += [away, away]
        with pytest.raises(Rejected, match="answered 307"):
            get(server, stopped, credential=bearer(TOKEN))
        assert other.calls == []
        assert get(server, stopped) == b"fine"


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"a": "text"}', b"\xff", b"", b"<html>"])
def test_an_answer_that_is_not_what_was_promised_is_a_lie(
    server: Server, stopped: Stopped, body: bytes
) -> None:
    server.script += [Answer(body=body)]
    http = Http("engine", server.address, stopped.clock)
    with pytest.raises(LyingReply, match=r"^engine: "):
        http.ask("GET", "x", json_of(dict[str, int]))
    http.close()


def test_lines_of_json_are_read_over_the_borders_of_pieces() -> None:
    pieces = [b'{"a":', b'1}\n\n{"a":2}\n{"a"', b":3}"]
    assert json_lines(dict[str, int])(iter(pieces)) == [{"a": 1}, {"a": 2}, {"a": 3}]


def test_a_line_of_json_has_a_cap() -> None:
    with pytest.raises(ValueError, match="a line of more than 10 bytes"):
        json_lines(dict[str, int], 10)(iter([b'{"a":1}\n', b" " * 11]))


def test_an_error_page_is_told_in_one_short_line(server: Server, stopped: Stopped) -> None:
    server.script += [Answer(404, b"<html><h1>Not\n\x1b[31m here</h1>" + b"x" * 100_000)]
    with pytest.raises(Rejected) as caught:
        get(server, stopped)
    assert str(caught.value).startswith("engine: answered 404: Not [31m here xxx")
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 400
    assert caught.value.status == 404


def test_a_body_that_is_made_is_made_anew_for_each_try(server: Server, stopped: Stopped) -> None:
    server.script += [Answer(503)]
    get(server, stopped, body=lambda: iter([b"one", b"two"]))
    assert [call.body for call in server.calls] == [b"onetwo", b"onetwo"]
