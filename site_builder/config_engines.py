"""The engines of the configuration: where blocks are stored for us.

In: the tables `[[engines]]`. Out: an EngineConfig for each. Secrets are not among them: they come
from the environment, under names that are made of the engine's.
"""

import re
from typing import Any

import msgspec

KINDS = ("kubo", "cluster", "filebase", "pinata", "pinning-service")

_ADDRESSES = {
    "kubo": "http://127.0.0.1:5001/",
    "cluster": "http://127.0.0.1:9094/",
    "filebase": "https://s3.filebase.com/",
    "pinata": "https://api.pinata.cloud/",
}
_NAME = re.compile(r"[a-z][a-z0-9-]{0,40}")


class EngineConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One engine. `url` is the address of its API, `gateway` that of a gateway to read back by.

    `bucket` is Filebase's, `source` the name of the Kubo node from which a pinning service fetches,
    `key` that of the IPNS name which a Kubo node lets point to the site.
    """

    name: str
    kind: str
    url: str = ""
    gateway: str = ""
    bucket: str = ""
    source: str = ""
    key: str = ""
    replication_min: int = 2
    replication_max: int = 3


def read_engines(value: Any) -> tuple[EngineConfig, ...]:
    """Return the engines of a list of tables. Raises ValueError with words for what is wrong."""
    if not isinstance(value, list):
        raise ValueError("must be tables, each under a line [[engines]]")
    engines = tuple(_read(table) for table in value)
    names = [engine.name for engine in engines]
    for engine in engines:
        if names.count(engine.name) > 1:
            raise ValueError(f'has two engines named "{engine.name}"')
        kubos = [one.name for one in engines if one.kind == "kubo"]
        if engine.kind == "pinning-service" and engine.source not in kubos:
            what = f'engine "{engine.name}" needs a source: the name of an engine of kind "kubo"'
            raise ValueError(f"has a fault: {what}")
    return engines


def _read(table: Any) -> EngineConfig:
    name = table.get("name", "?") if isinstance(table, dict) else "?"
    try:
        engine = msgspec.convert(table, EngineConfig)
    except msgspec.ValidationError as error:
        raise ValueError(f'has a fault in engine "{name}": {error}') from error
    if not _NAME.fullmatch(engine.name):
        raise ValueError(f'has an engine named "{name}": use small letters, digits and -')
    if engine.kind not in KINDS:
        raise ValueError(f'has a fault in engine "{name}": kind is one of {", ".join(KINDS)}')
    url = engine.url or _ADDRESSES.get(engine.kind, "")
    for address in filter(None, (url, engine.gateway)):
        if not re.match(r"https?://[^\s/]+", address):
            raise ValueError(f'has a fault in engine "{name}": "{address}" is no full address')
    if not url:
        raise ValueError(f'has a fault in engine "{name}": url is missing')
    if engine.kind == "filebase" and not engine.bucket:
        raise ValueError(f'has a fault in engine "{name}": bucket is missing')
    return msgspec.structs.replace(engine, url=url)
