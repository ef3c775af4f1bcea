"""Who publishes the site: the table `[organisation]` of the configuration.

In: that table. Out: an Organisation. Its names are those of schema.org's NewsMediaOrganization,
written with `_`. Whether the site has the pages and files that it names is seen elsewhere.
"""

import re
from typing import Any
from urllib.parse import urlsplit

import msgspec

from site_builder.errors import nearest

POLICIES = {
    "publishing_principles": "publishingPrinciples",
    "corrections_policy": "correctionsPolicy",
    "ethics_policy": "ethicsPolicy",
    "diversity_policy": "diversityPolicy",
    "diversity_staffing_report": "diversityStaffingReport",
    "ownership_funding_info": "ownershipFundingInfo",
    "masthead": "masthead",
    "mission_coverage_priorities_policy": "missionCoveragePrioritiesPolicy",
    "verification_fact_checking_policy": "verificationFactCheckingPolicy",
    "unnamed_sources_policy": "unnamedSourcesPolicy",
    "no_bylines_policy": "noBylinesPolicy",
    "actionable_feedback_policy": "actionableFeedbackPolicy",
}
"""The keys that name a page, with the properties of schema.org that they become."""

_UNWRITABLE = re.compile(r"[\s\"<>\\^`{|}\x00-\x1f\x7f]")


class Organisation(msgspec.Struct, frozen=True):
    """The publisher. `logo` is a static file of the theme, `same_as` full addresses elsewhere.

    `policies` has an address by its key: a full one, or a site url.
    """

    logo: str = ""
    same_as: tuple[str, ...] = ()
    policies: dict[str, str] = {}


def read_organisation(value: Any) -> Organisation:
    """Return the organisation of a table. Raises ValueError with words for what is wrong."""
    if not isinstance(value, dict):
        raise ValueError("must be a table, under a line [organisation]")
    keys = ("logo", "same_as", *POLICIES)
    for key in value:
        if key not in keys:
            hint = nearest(key, keys) or "the keys are listed in docs/configuration.md"
            raise ValueError(f'has an unknown key "{key}": {hint}')
    same_as = value.get("same_as", [])
    if not isinstance(same_as, list):
        raise ValueError('same_as must be a list, as in ["https://social.example/@us"]')
    return Organisation(
        logo=static_name(value.get("logo", ""), "logo "),
        same_as=tuple(_address("same_as", one, inside=False) for one in same_as),
        policies={key: _address(key, value[key], inside=True) for key in POLICIES if key in value},
    )


def static_name(value: Any, key: str = "") -> str:
    """Return the name of a static file; `key` stands before the words of the ValueError."""
    if not isinstance(value, str):
        raise ValueError(f"{key}must be the name of a file in theme/static/, in quotes")
    return value.strip()


def _address(key: str, value: Any, *, inside: bool) -> str:
    """Return a full address, or a site url where that is allowed."""
    wanted = 'a full address, as in "https://example.org/ethics/"'
    wanted += ', or a page of the site, as in "/2025/08/our-ethics/"' if inside else ""
    if not isinstance(value, str) or not value or _UNWRITABLE.search(value):
        raise ValueError(f"{key} must be {wanted}")
    if inside and value.startswith("/") and not value.startswith("//"):
        return value
    try:
        parts = urlsplit(value)
    except ValueError as error:
        raise ValueError(f"{key} must be {wanted}") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{key} must be {wanted}")
    return value
