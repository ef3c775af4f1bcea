"""Answer HTTP on a loopback port as a test wants it, faults of servers among it."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from site_builder.publish.block import Block
from site_builder.publish.car import CarReader
from site_builder.publish.cid import Cid


class Call(NamedTuple):
    """A request that came. `headers` are by lower-case name."""

    method: str
    path: str
    params: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes

    def param(self, name: str) -> str:
        """Return the first value of a parameter, '' for none."""
        return next((value for key, value in self.params if key == name), "")

    def values(self, name: str) -> list[str]:
        """Return all values of a parameter."""
        return [value for key, value in self.params if key == name]


class Answer(NamedTuple):
    """What goes back. `cut` sends half of the body and closes; `trailer` goes after it."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = {}
    cut: bool = False
    trailer: Mapping[str, str] | None = None


def as_json(value: object, status: int = 200) -> Answer:
    """Return an answer of JSON."""
    return Answer(status, json.dumps(value).encode(), {"Content-Type": "application/json"})


def as_lines(values: Sequence[object]) -> Answer:
    """Return an answer of JSON values, one a line."""
    return Answer(body="".join(json.dumps(value) + "\n" for value in values).encode())


class Server(ThreadingHTTPServer):
    """A server that runs: its address, the calls that came, and what to answer first, in order."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, answer: Callable[[Call], Answer]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self.address = f"http://127.0.0.1:{self.server_port}"
        self.script: list[Answer] = []
        self.calls: list[Call] = []

    def handle_error(self, *_: object) -> None:
        """Say nothing of a client that went away: it is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # a head and a body are two writes
    server: Server

    def handle_any(self) -> None:
        """Take a request, answer it."""
        place = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        params = tuple(parse_qsl(place.query, keep_blank_values=True))
        call = Call(self.command, place.path, params, headers, self._body(headers))
        self.server.calls.append(call)
        script = self.server.script
        self._send(script.pop(0) if script else self.server.answer(call))

    do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = handle_any  # noqa: N815

    def _body(self, headers: Mapping[str, str]) -> bytes:
        if headers.get("transfer-encoding") != "chunked":
            return self.rfile.read(int(headers.get("content-length", "0")))
        body = b""
        while size := int(self.rfile.readline().strip(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _send(self, found: Answer) -> None:
        self.send_response(found.status)
        for name, value in found.headers.items():
            self.send_header(name, value)
        if found.trailer is not None:
            self.send_header("Transfer-Encoding", "chunked")
            self.send_header("Trailer", ", ".join(found.trailer))
            self.end_headers()
            if found.body:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(found.body), found.body))
            lines = "".join(f"{name}: {value}\r\n" for name, value in found.trailer.items())
            self.wfile.write(f"0\r\n{lines}\r\n".encode())
            return
        self.send_header("Content-Length", str(len(found.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(found.body[: len(found.body) // 2] if found.cut else found.body)
        if found.cut:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving(answer: Callable[[Call], Answer]) -> Iterator[Server]:
    """Serve until the end of the context."""
    with Server(answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class Form(NamedTuple):
    """A form that came: its text fields, and its file."""

    fields: Mapping[str, str]
    file: bytes


def read_form(call: Call) -> Form:
    """Return the parts of multipart/form-data; a malformed one raises."""
    boundary = call.headers["content-type"].split("boundary=")[1].encode()
    start, *parts, end = (b"\r\n" + call.body).split(b"\r\n--" + boundary)
    assert (start, end) == (b"", b"--\r\n")
    fields, file = {}, b""
    for part in parts:
        head, _, content = part.partition(b"\r\n\r\n")
        name = head.decode().split('name="')[1].split('"')[0]
        if b"filename=" in head:
            file = content
        else:
            fields[name] = content.decode()
    return Form(fields, file)


class ReadCar(NamedTuple):
    """A CAR that came, every block of it checked."""

    roots: Sequence[Cid]
    blocks: Sequence[Block]


def read_car(data: bytes) -> ReadCar:
    """Return what a CAR holds."""
    reader = CarReader(BytesIO(data), len(data))
    return ReadCar(reader.roots, [section.block for section in reader])
