"""All faults of those that store our blocks or serve them.

EnvironmentFault
`-- EngineError         an engine or a gateway did not do what it was asked
|-- Unreachable     no connection came about
|-- Interrupted     the connection was cut, fell silent or took too long
|-- Rejected        it answered with a status that says no
|   |-- TokenRefused    401, 403
|   |-- RateLimited     429
|   `-- Overloaded      502, 503, 504
`-- LyingReply      the answer is not what the interface promises, or names other bytes
"""

from site_builder.errors import EnvironmentFault


class EngineError(EnvironmentFault):
    """An engine did not do what it was asked. `cid` is empty where no single one is concerned."""

    def __init__(self, engine: str, what: str, hint: str = "", cid: str = "") -> None:
        self.engine, self.what, self.hint, self.cid = engine, what, hint, cid
        place = f"{engine}: {cid}" if cid else engine
        super().__init__(f"{place}: {what}" + (f" ({hint})" if hint else ""))


class Unreachable(EngineError):
    """No connection came about, so nothing was sent."""


class Interrupted(EngineError):
    """The connection was cut, fell silent or took too long."""


class LyingReply(EngineError):
    """The answer is not what the interface promises, or is too large."""


class Rejected(EngineError):
    """The engine answered with the HTTP status `status`, which says no."""

    status = 0


class TokenRefused(Rejected):
    """The engine does not accept the credential."""


class Overloaded(Rejected):
    """The engine, or a proxy before it, cannot answer now."""


class RateLimited(Rejected):
    """The engine asks to come back later: `after_seconds`, where it says when."""

    after_seconds: float | None = None
