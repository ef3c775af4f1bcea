"""Let through SVG that shows something and does nothing: the one module that reads it.

In: the bytes of a file. Out: Facts, or a PictureFault. An SVG is published as it is, and a reader
may open it by itself, where a browser would run what is in it with the rights of the site. So what
can act, move or fetch is refused, and nothing is repaired. Specification: SVG 2.
"""

import re

from lxml import etree

from site_builder.pictures.facts import VECTOR, Facts
from site_builder.pictures.fault import PictureFault

MAX_BYTES = 5_000_000

_SVG = "{http://www.w3.org/2000/svg}"
_INERT = frozenset([
    "svg", "g", "defs", "symbol", "use", "title", "desc", "metadata", "switch", "view", "style",
    "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "image", "text", "tspan",
    "textPath", "a", "marker", "linearGradient", "radialGradient", "stop", "pattern", "clipPath",
    "mask", "filter", "feBlend", "feColorMatrix", "feComponentTransfer", "feComposite",
    "feConvolveMatrix", "feDiffuseLighting", "feDisplacementMap", "feDistantLight", "feDropShadow",
    "feFlood", "feFuncA", "feFuncB", "feFuncG", "feFuncR", "feGaussianBlur", "feMerge",
    "feMergeNode", "feMorphology", "feOffset", "fePointLight", "feSpecularLighting", "feSpotLight",
    "feTile", "feTurbulence",
])  # fmt: skip
_REMARKS = (
    "http://www.inkscape.org/", "http://sodipodi.sourceforge.net/", "http://ns.adobe.com/",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://creativecommons.org/ns#",
    "http://web.resource.org/cc/", "http://purl.org/dc/", "http://www.serif.com/",
    "http://www.bohemiancoding.com/", "http://www.figma.com/",
)  # fmt: skip
"""Namespaces of what drawing programs note for themselves; no browser knows their elements."""

_XLINK = "http://www.w3.org/1999/xlink"
_ENCODINGS = ("utf-8", "us-ascii", "ascii", "iso-8859-1")  # those that nobody reads in two ways
_WITHIN = re.compile(r"\s*(?:#|data:image/(?:png|jpeg|gif|webp)[;,])", re.IGNORECASE)
_FETCHES = re.compile(r"@import|url\(\s*[\"']?\s*(?!#|data:image/(?:png|jpeg|gif|webp)[;,])|\\|"
                      r"expression\s*\(|-moz-binding", re.IGNORECASE)  # fmt: skip
_LENGTH = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:px)?\s*\Z")
_HINT = "save it as plain SVG without scripts, animation, embedded pages and links, or as PNG"


def svg_facts(data: bytes) -> Facts:
    """Return what is known of an SVG that does nothing. Raises PictureFault."""
    if len(data) > MAX_BYTES:
        raise PictureFault(f"is larger than {MAX_BYTES // 10**6} MB", "make it simpler, or a PNG")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        what = f"is no SVG that browsers can read: {getattr(error, 'msg', None) or error}"
        raise PictureFault(what, "save it anew") from error
    if root.tag != f"{_SVG}svg":
        raise PictureFault("is no SVG", "its first element must be svg, with the xmlns of SVG")
    about = root.getroottree().docinfo
    if (about.encoding or "utf-8").lower() not in _ENCODINGS:
        raise PictureFault(f"is encoded as {about.encoding}", "save it as UTF-8")
    if b"<!ENTITY" in data or b"<!ATTLIST" in data:
        raise PictureFault("declares entities or attributes", _HINT)
    for node in (*root.itersiblings(preceding=True), *root.iter(), *root.itersiblings()):
        _check(node)
    return Facts(VECTOR, *_size(root))


def _check(node: etree._Element) -> None:
    """Raise PictureFault for a node that can act, move or fetch."""
    if not isinstance(node.tag, str):
        if node.tag is not etree.Comment:
            raise PictureFault("has a processing instruction or an entity", _HINT)
        return
    name = etree.QName(node)
    if node.tag.removeprefix(_SVG) not in _INERT and not _is_remark(name):
        raise PictureFault(f"has <{name.localname}>, which is not known to do nothing", _HINT)
    for key, value in node.attrib.items():
        attribute = etree.QName(str(key))
        if attribute.namespace in (None, _XLINK, "http://www.w3.org/XML/1998/namespace"):
            _check_attribute(attribute.localname.lower(), str(value))
    if name.localname == "style" and _FETCHES.search("".join(map(str, node.itertext()))):
        raise PictureFault("has styles that may fetch something", _HINT)


def _is_remark(name: etree.QName) -> bool:
    return bool(name.namespace) and str(name.namespace).startswith(_REMARKS)


def _check_attribute(name: str, value: str) -> None:
    if name.startswith("on"):
        raise PictureFault(f"has {name}, which can act", _HINT)
    if name in ("href", "src", "base") and not _WITHIN.match(value):
        raise PictureFault(f"refers to {value[:60]}", _HINT)
    if name not in ("d", "points", "href") and _FETCHES.search(value):
        raise PictureFault(f"has {name} that may fetch something", _HINT)


def _size(root: etree._Element) -> tuple[int, int]:
    """Return width and height in CSS pixels, (0, 0) where they are in other units or not given."""
    found = [_LENGTH.match(str(root.get(side, ""))) for side in ("width", "height")]
    sides = [float(one[1]) for one in found if one]
    if len(sides) < 2:
        box = re.findall(r"-?\d+(?:\.\d+)?", str(root.get("viewBox", "")))
        sides = [float(one) for one in box[2:4]] if len(box) == 4 else []
    if len(sides) < 2 or min(sides) < 1 or max(sides) > 100_000:
        return 0, 0
    return round(sides[0]), round(sides[1])
