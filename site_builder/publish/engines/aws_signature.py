"""Sign requests to S3 and what speaks like it.

In: a request, keys and the time. Out: the headers to send. Reference: Amazon S3 API Reference,
"Authenticating Requests: Using the Authorization Header (AWS Signature Version 4)".
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote

_ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True)
class AwsKeys:
    """Who signs, and for which region and service."""

    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    region: str = "us-east-1"
    service: str = "s3"


def quoted(text: str) -> str:
    """Return a text as it stands in a signed path or query (UriEncode of the reference)."""
    return quote(text, safe="-._~")


def signed_headers(
    keys: AwsKeys,
    method: str,
    path: str,
    params: Sequence[tuple[str, str]],
    headers: Mapping[str, str],
    body_sha256: str,
    moment: datetime,
) -> dict[str, str]:
    """Return `headers` with those of the signature.

    `path` begins with `/` and is quoted already; `headers` have the host among them and are all
    signed; `body_sha256` is in hex.
    """
    stamp = moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    all_headers = {**headers, "x-amz-date": stamp, "x-amz-content-sha256": body_sha256}
    plain = {name.lower(): " ".join(value.split()) for name, value in all_headers.items()}
    names = ";".join(sorted(plain))
    request = "\n".join(
        (
            method,
            path,
            "&".join(sorted(f"{quoted(name)}={quoted(value)}" for name, value in params)),
            *(f"{name}:{plain[name]}" for name in sorted(plain)),
            "",
            names,
            body_sha256,
        )
    )
    scope = f"{stamp[:8]}/{keys.region}/{keys.service}/aws4_request"
    digest = hashlib.sha256(request.encode()).hexdigest()
    key = f"AWS4{keys.secret_key}".encode()
    for part in (*scope.split("/"), "\n".join((_ALGORITHM, stamp, scope, digest))):
        key = hmac.digest(key, part.encode(), "sha256")
    all_headers["Authorization"] = (
        f"{_ALGORITHM} Credential={keys.access_key}/{scope},"
        f"SignedHeaders={names},Signature={key.hex()}"
    )
    return all_headers
