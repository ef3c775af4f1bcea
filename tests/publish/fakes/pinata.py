"""Pinata: uploads, and a list of files in pages."""

from tests.publish.fakes.server import Answer, Call, as_json, read_car, read_form

PAGE = 2


class FakePinata:
    """Keeps files in memory; `lie` is the CID that it claims to have made of the next upload."""

    def __init__(self) -> None:
        self.files: list[str] = []
        self.names: dict[str, str] = {}
        self.blocks: dict[str, bytes] = {}
        self.lie = ""
        self.same_page_for_ever = False

    def answer(self, call: Call) -> Answer:
        """Answer a call of the interface, or of the gateway."""
        if call.path.startswith("/ipfs/"):
            block = self.blocks.get(call.path.removeprefix("/ipfs/"))
            return Answer(404) if block is None else Answer(body=block)
        if call.headers.get("authorization") != "Bearer the-jwt":
            return as_json({"error": {"code": 401, "message": "Not Authorized"}}, 401)
        if call.method == "POST":
            return self._upload(call)
        assert call.path == "/v3/files/public"
        cid = call.param("cid")
        files = [file for file in self.files if not cid or file == cid]
        start = int(call.param("pageToken") or 0)
        following = 1 if self.same_page_for_ever else start + PAGE
        more = following < len(files)
        page = [{"cid": file, "name": None} for file in files[start : start + PAGE]]
        return as_json({"data": {"files": page, "next_page_token": str(following) if more else ""}})

    def _upload(self, call: Call) -> Answer:
        assert call.path == "/v3/files"
        form = read_form(call)
        assert (form.fields["car"], form.fields["network"]) == ("true", "public")
        car = read_car(form.file)
        cid = self.lie or str(car.roots[0])
        self.files.append(cid)
        self.names[cid] = form.fields["name"]
        self.blocks |= {str(block.cid): block.data for block in car.blocks}
        return as_json({"data": {"id": "1", "cid": cid, "name": form.fields["name"]}})
