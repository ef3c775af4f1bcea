"""A pinning service that queues, fails without reason, has no delegates, and lists in pages."""

import json
from typing import Any

from tests.publish.fakes.server import Answer, Call, as_json


class FakePinningService:
    """Keeps requests in memory, newest first. `fates` are what comes of a CID: a list of statuses.

    The last of them stays. `page` is the longest page.
    """

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.fates: dict[str, list[str]] = {}
        self.delegates: list[str] = []
        self.page = 1000
        self.moment = "2026-01-01T00:00:{:02}Z"
        self.posted: list[dict[str, Any]] = []

    def answer(self, call: Call) -> Answer:
        """Answer a call of the interface."""
        if call.headers.get("authorization") != "Bearer the-token":
            return as_json({"error": {"reason": "UNAUTHORIZED", "details": "no such token"}}, 401)
        if call.method == "POST":
            return self._post(call)
        cids, before = call.param("cid").split(","), call.param("before")
        assert len(cids) <= 10
        statuses = (call.param("status") or "pinned").split(",")
        fitting = [
            request
            for request in self.requests
            if (cids == [""] or request["pin"]["cid"] in cids)
            and request["status"] in statuses
            and (not before or request["created"] < before)
        ]
        limit = min(int(call.param("limit") or 10), self.page)
        answer = as_json({"count": len(fitting), "results": fitting[:limit]})
        for request in fitting[:limit]:
            fate = self.fates.get(request["pin"]["cid"], [])
            if fate:
                request["status"] = fate.pop(0)
        return answer

    def add(self, cid: str, status: str, created: str = "") -> dict[str, Any]:
        """Keep a request, as if somebody had made it."""
        number = len(self.requests)
        request = {
            "requestid": f"request-{number}",
            "status": status,
            "created": created or self.moment.format(number % 60),
            "pin": {"cid": cid},
            "delegates": self.delegates,
            "info": {},
        }
        self.requests.insert(0, request)
        return request

    def _post(self, call: Call) -> Answer:
        wish = json.loads(call.body)
        self.posted.append(wish)
        replaced = call.path.removeprefix("/pins").strip("/")
        self.requests = [known for known in self.requests if known["requestid"] != replaced]
        fate = self.fates.get(wish["cid"], ["pinned"])
        return as_json(self.add(wish["cid"], fate.pop(0) if fate else "pinned"), 202)
