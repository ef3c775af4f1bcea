"""Signatures are those that Amazon publishes as examples for the S3 API.

Amazon S3 API Reference, "Signature Calculations for the Authorization Header: Transferring Payload
in a Single Chunk", "Examples: Signature Calculations".
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone

import pytest

from site_builder.publish.engines.aws_signature import AwsKeys, quoted, signed_headers

KEYS = AwsKeys("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
HOST = {"Host": "examplebucket.s3.amazonaws.com"}
MOMENT = datetime(2013, 5, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("method", "path", "params", "headers", "body", "signature"),
    [
        (
            "GET",
            "/test.txt",
            [],
            {"Range": "bytes=0-9"},
            b"",
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
        (
            "PUT",
            "/" + quoted("test$file.text"),
            [],
            {
                "Date": "Fri, 24 May 2013 00:00:00 GMT",
                "x-amz-storage-class": "REDUCED_REDUNDANCY",
            },
            b"Welcome to Amazon S3.",
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
        ),
        (
            "GET",
            "/",
            [("lifecycle", "")],
            {},
            b"",
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
        ),
        (
            "GET",
            "/",
            [("prefix", "J"), ("max-keys", "2")],
            {},
            b"",
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        ),
    ],
)
@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=5))])
def test_the_published_examples_come_out(
    method: str,
    path: str,
    params: Sequence[tuple[str, str]],
    headers: Mapping[str, str],
    body: bytes,
    signature: str,
    zone: timezone,
) -> None:
    signed = signed_headers(
        KEYS,
        method,
        path,
        params,
        {**HOST, **headers},
        hashlib.sha256(body).hexdigest(),
        MOMENT.astimezone(zone),
    )
    assert signed["Authorization"].endswith(f"Signature={signature}")
    assert signed["x-amz-date"] == "20130524T000000Z"


def test_keys_are_not_shown() -> None:
    assert repr(KEYS) == "AwsKeys(region='us-east-1', service='s3')"
