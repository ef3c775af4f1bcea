"""A Kubo that shows the faults of one: a reason beside 200, an error in a trailer alone."""

from collections.abc import Mapping

from site_builder.publish.block import Block
from site_builder.publish.cid import parse_cid
from site_builder.publish.dag import links_of
from tests.publish.fakes.server import Answer, Call, as_json, as_lines, read_car, read_form


class FakeKubo:
    """Keeps blocks and pins in memory; pins only what is whole. `answer` is to be served.

    `pin_errors` are reasons by CID, `trailer_error` breaks imports off, `forgets` pins nothing.
    """

    def __init__(self) -> None:
        self.blocks: dict[str, bytes] = {}
        self.pins: dict[str, str] = {}
        self.pin_errors: dict[str, str] = {}
        self.trailer_error = ""
        self.forgets = False
        self.connected: list[str] = []

    def answer(self, call: Call) -> Answer:
        """Answer a call of the RPC interface, or of the gateway."""
        if call.path.startswith("/ipfs/"):
            block = self.blocks.get(call.path.removeprefix("/ipfs/"))
            return Answer(404) if block is None else Answer(body=block)
        commands = {
            "dag/import": self._import,
            "pin/ls": self._list,
            "pin/add": self._add,
            "id": lambda _: as_json({"Addresses": ["/ip4/127.0.0.1/tcp/4001/p2p/12D3KooWFake"]}),
            "swarm/connect": self._connect,
        }
        return commands[call.path.removeprefix("/api/v0/")](call)

    def _import(self, call: Call) -> Answer:
        car = read_car(read_form(call).file)
        self.blocks |= {str(block.cid): block.data for block in car.blocks}
        lines: list[Mapping[str, object]] = []
        for root in map(str, car.roots):
            error = self.pin_errors.get(root, "") or self._missing(root)
            if not error and not self.forgets:
                self.pins.setdefault(root, "")
            lines.append({"Root": {"Cid": {"/": root}, "PinErrorMsg": error}})
        if self.trailer_error:
            return Answer(
                body=as_lines(lines[:1]).body, trailer={"X-Stream-Error": self.trailer_error}
            )
        stats = {"BlockCount": len(car.blocks), "BlockBytesCount": 0}
        return as_lines([*lines, {"Stats": stats}])

    def _missing(self, cid: str) -> str:
        """Return what a node says of a DAG that is not whole; '' where it is."""
        if cid not in self.blocks:
            return f"block was not found locally: {cid}"
        links = links_of(Block(parse_cid(cid), self.blocks[cid]))
        return next(filter(None, (self._missing(str(link)) for link in links)), "")

    def _list(self, call: Call) -> Answer:
        wanted = call.values("arg")
        if call.param("stream"):
            return as_lines([{"Cid": cid, "Type": "recursive"} for cid in self.pins])
        for cid in wanted:
            if cid not in self.pins:
                return as_json({"Message": f"path '{cid}' is not pinned", "Code": 0}, 500)
        return as_json(
            {"Keys": {cid: {"Type": "recursive", "Name": self.pins[cid]} for cid in wanted}}
        )

    def _add(self, call: Call) -> Answer:
        if call.param("arg") in self.pins:
            self.pins[call.param("arg")] = call.param("name")
        return as_json({"Pins": [call.param("arg")]})

    def _connect(self, call: Call) -> Answer:
        self.connected.append(call.param("arg"))
        return as_json({"Strings": []})
