"""A bucket that imports CARs, and checks every signature."""

import re

from site_builder.publish.engines.aws_signature import AwsKeys, signed_headers
from tests.publish.fakes.clocks import NOON
from tests.publish.fakes.server import Answer, Call, read_car

KEYS = AwsKeys("AKIDFAKE", "s3-secret-of-the-fake")
PAGE = 3


class FakeFilebase:
    """Keeps objects in memory; `lies` are CIDs that it claims to have made, by object key.

    Of what is in `slow`, the CID is known only after so many requests.
    """

    def __init__(self) -> None:
        self.objects: dict[str, str] = {}
        self.blocks: dict[str, bytes] = {}
        self.lies: dict[str, str] = {}
        self.slow: dict[str, int] = {}

    def answer(self, call: Call) -> Answer:
        """Answer a call of S3, or of the public gateway."""
        if call.path.startswith("/ipfs/"):
            block = self.blocks.get(call.path.removeprefix("/ipfs/"))
            return Answer(404) if block is None else Answer(body=block)
        if not self._is_signed(call):
            return Answer(403, b"<Error><Code>SignatureDoesNotMatch</Code></Error>")
        if call.path == "/bucket":
            return self._list(call)
        key = call.path.removeprefix("/bucket/")
        if call.method == "PUT":
            assert call.headers["x-amz-meta-import"] == "car"
            car = read_car(call.body)
            self.blocks |= {str(block.cid): block.data for block in car.blocks}
            self.objects[key] = self.lies.get(key, str(car.roots[0]))
        if key not in self.objects:
            return Answer(404)
        self.slow[key] = self.slow.get(key, 0) - 1
        made = {} if self.slow[key] >= 0 else {"x-amz-meta-cid": self.objects[key]}
        return Answer(headers=made)

    def _list(self, call: Call) -> Answer:
        prefix, after = call.param("prefix"), call.param("continuation-token")
        keys = sorted(key for key in self.objects if key.startswith(prefix) and key > after)
        text = "".join(f"<Contents><Key>{key}</Key></Contents>" for key in keys[:PAGE])
        if len(keys) > PAGE:
            text += f"<NextContinuationToken>{keys[PAGE - 1]}</NextContinuationToken>"
        return Answer(body=f"<ListBucketResult>{text}</ListBucketResult>".encode())

    def _is_signed(self, call: Call) -> bool:
        names = re.findall(r"SignedHeaders=([\w;-]+)", call.headers.get("authorization", ""))
        if not names:
            return False
        headers = {name: call.headers[name] for name in names[0].split(";")}
        body = headers.pop("x-amz-content-sha256")
        del headers["x-amz-date"]
        signed = signed_headers(KEYS, call.method, call.path, call.params, headers, body, NOON)
        return signed["Authorization"] == call.headers["authorization"]
