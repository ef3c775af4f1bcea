"""What a page may load and do: the policy that browsers enforce, for pages and for hosts.

In: the templates of a theme. Out: a Content Security Policy, and a `_headers` file as Netlify and
Cloudflare read it. Specifications: CSP Level 3; HTML, "meta http-equiv".
"""

import re
from base64 import b64encode
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256

from site_builder.build.theme import Template

_OWN_POLICY = ("edition.html",)
"""Templates that carry a policy of their own."""

_INLINE = re.compile(r"<(script|style)>(.*?)</\1>", re.DOTALL)
_JINJA = re.compile(r"\{[{%#]")

_PERMISSIONS = ("camera", "geolocation", "microphone", "payment", "usb")


def content_policy(templates: Mapping[str, Template]) -> str:
    """Return the policy of every page: everything from the site itself, nothing written inline.

    A script or style that stands in a template as fixed text is allowed by its hash. There is no
    `upgrade-insecure-requests`: all that a page loads has the page's own address before it.
    """
    return _policy(tuple(sorted(
        (name, template.text) for name, template in templates.items() if name not in _OWN_POLICY
    )))  # fmt: skip


@lru_cache(maxsize=2)
def _policy(texts: tuple[tuple[str, str], ...]) -> str:
    hashes: dict[str, list[str]] = {"script": [], "style": []}
    for _, text in texts:
        for element, inner in _INLINE.findall(text):
            digest = b64encode(sha256(inner.encode()).digest()).decode()
            if not _JINJA.search(inner) and f"'sha256-{digest}'" not in hashes[element]:
                hashes[element].append(f"'sha256-{digest}'")
    own = {element: " ".join(["'self'", *found]) for element, found in hashes.items()}
    return "; ".join((
        "default-src 'none'",
        f"script-src {own['script']}",
        f"style-src {own['style']}",
        "img-src 'self'",
        "font-src 'self'",
        "media-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
    ))  # fmt: skip


def host_headers(templates: Mapping[str, Template]) -> str:
    """Return the rule of `_headers` for the whole site.

    `frame-ancestors` is here alone: browsers ignore it in a page (CSP Level 3, section 3.3).
    """
    permissions = ", ".join(f"{feature}=()" for feature in _PERMISSIONS)
    return (
        "/*\n"
        f"  Content-Security-Policy: {content_policy(templates)}; frame-ancestors 'none'\n"
        "  X-Content-Type-Options: nosniff\n"
        "  Referrer-Policy: strict-origin-when-cross-origin\n"
        f"  Permissions-Policy: {permissions}\n"
    )
