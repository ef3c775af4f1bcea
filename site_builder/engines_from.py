"""Make engines of their configuration and of the secrets in the environment."""

from collections.abc import Mapping, Sequence

from site_builder.config_engines import EngineConfig
from site_builder.errors import EnvironmentFault
from site_builder.publish.credentials import Credential, basic, bearer
from site_builder.publish.engines.aws_signature import AwsKeys
from site_builder.publish.engines.cluster import Cluster
from site_builder.publish.engines.engine import Engine
from site_builder.publish.engines.filebase import Filebase
from site_builder.publish.engines.gateway import Gateway
from site_builder.publish.engines.kubo import Kubo
from site_builder.publish.engines.pinata import Pinata
from site_builder.publish.engines.pinning_service import PinningService
from site_builder.publish.http import Clock, Http

PINATA_UPLOADS = "https://uploads.pinata.cloud/"
GATEWAY_PATIENCE_SECONDS = 60


def make_engines(
    engines: Sequence[EngineConfig], secrets: Mapping[str, str], clock: Clock
) -> list[Engine]:
    """Return the engines, ready to use. Raises EnvironmentFault where a secret is missing.

    `secrets` is the environment: NAME_TOKEN holds the bearer token of the engine `name`, NAME_USER
    its `user:password`, NAME_ACCESS_KEY and NAME_SECRET_KEY the keys of Filebase; `-` becomes `_`.
    """
    by_name = {engine.name: engine for engine in engines}
    return [_make(engine, by_name, secrets, clock) for engine in engines]


def _make(
    engine: EngineConfig,
    by_name: Mapping[str, EngineConfig],
    secrets: Mapping[str, str],
    clock: Clock,
) -> Engine:
    gateway = _gateway(engine, clock)
    credential = _credential(engine, secrets)
    match engine.kind:
        case "kubo":
            return Kubo(Http(engine.name, engine.url, clock, credential), gateway)
        case "cluster":
            return Cluster(
                Http(engine.name, engine.url, clock, credential),
                gateway,
                replication_min=engine.replication_min,
                replication_max=engine.replication_max,
            )
        case "filebase":
            access = _secret(engine, secrets, "ACCESS_KEY")
            secret = _secret(engine, secrets, "SECRET_KEY")
            http = Http(engine.name, engine.url, clock, secrets=[secret])
            return Filebase(http, engine.bucket, AwsKeys(access, secret), gateway)
        case "pinata":
            token = bearer(_secret(engine, secrets, "TOKEN"), _variable(engine, "TOKEN"))
            own = engine.url.startswith("https://api.pinata.cloud")
            uploads = Http(engine.name, PINATA_UPLOADS if own else engine.url, clock, token)
            return Pinata(uploads, Http(engine.name, engine.url, clock, token), gateway)
        case _:
            token = bearer(_secret(engine, secrets, "TOKEN"), _variable(engine, "TOKEN"))
            node = by_name[engine.source]
            source = Kubo(Http(node.name, node.url, clock, _credential(node, secrets)))
            return PinningService(Http(engine.name, engine.url, clock, token), source, gateway)


def _gateway(engine: EngineConfig, clock: Clock) -> Gateway | None:
    if not engine.gateway:
        return None
    http = Http(f"the gateway of {engine.name}", engine.gateway, clock)
    return Gateway(http, GATEWAY_PATIENCE_SECONDS)


def _credential(engine: EngineConfig, secrets: Mapping[str, str]) -> Credential | None:
    """Return the token or password that the environment has for an engine, None for neither."""
    token, user = _variable(engine, "TOKEN"), _variable(engine, "USER")
    if token in secrets:
        return bearer(secrets[token], token)
    return basic(secrets[user], user) if user in secrets else None


def _secret(engine: EngineConfig, secrets: Mapping[str, str], what: str) -> str:
    name = _variable(engine, what)
    if not secrets.get(name):
        raise EnvironmentFault(
            f"the engine {engine.name} needs the environment variable {name}; set it and try again"
        )
    return secrets[name]


def _variable(engine: EngineConfig, what: str) -> str:
    return f"{engine.name.upper().replace('-', '_')}_{what}"
