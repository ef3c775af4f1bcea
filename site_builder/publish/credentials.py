"""Who asks: tokens and passwords, which nothing may show.

In: a secret, and the name of where it came from. Out: a header. A Credential prints without either.
"""

import base64
from dataclasses import dataclass, field

from site_builder.errors import EnvironmentFault


@dataclass(frozen=True)
class Credential:
    """How to prove who asks. `source` is where the secret came from, for hints: a variable's name.

    `secrets` are all the texts that must never be shown.
    """

    header: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)
    source: str = ""


def bearer(token: str, source: str = "") -> Credential:
    """Return the credential of a bearer token (RFC 6750). Raises EnvironmentFault."""
    token = token.strip()
    _check_secret(token, source)
    return Credential(f"Bearer {token}", (token,), source)


def basic(pair: str, source: str = "") -> Credential:
    """Return the credential `user:password` (RFC 7617). Raises EnvironmentFault."""
    pair = pair.strip()
    _check_secret(pair, source)
    if ":" not in pair:
        raise EnvironmentFault(f"{source or 'the credential'} is not of the form user:password")
    encoded = base64.b64encode(pair.encode()).decode("ascii")
    return Credential(f"Basic {encoded}", (encoded, pair, pair.partition(":")[2]), source)


def _check_secret(secret: str, source: str) -> None:
    # A library that refuses a header names its value; so nothing that it refuses may reach it.
    if not secret or not secret.isascii() or not secret.isprintable():
        raise EnvironmentFault(f"{source or 'the token'} is empty or has characters no token has")
