"""What a file is says its content: pictures of every origin are understood, or refused in words."""

import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from site_builder.pictures.facts import DRAWING, PHOTO, VECTOR, Facts
from site_builder.pictures.look import look_at_all
from site_builder.pictures.raster import MAX_PIXELS
from site_builder.pictures.seen import Seen, Unfit
from tests.imaging import large_png, photo, png, saved

CAMERA = photo()
GREY = CAMERA.convert("L")


def seen(folder: Path, data: bytes, name: str = "x.jpg") -> Seen | Unfit:
    """Return what is said of a file with these bytes."""
    (folder / name).write_bytes(data)
    return look_at_all([str(folder / name)])[0]


def bomb(width: int, height: int) -> bytes:
    """Return a PNG of few bytes whose header promises any number of pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(9)))


KNOWN = {
    "a JPEG": (saved(CAMERA, "JPEG"), PHOTO),
    "a progressive JPEG": (saved(CAMERA, "JPEG", progressive=True), PHOTO),
    "a grey JPEG": (saved(GREY, "JPEG"), PHOTO),
    "a CMYK JPEG": (saved(CAMERA.convert("CMYK"), "JPEG"), PHOTO),
    "a JPEG with another behind it": (
        saved(CAMERA, "MPO", save_all=True, append_images=[CAMERA]), PHOTO,
    ),
    "a photograph as PNG": (saved(CAMERA, "PNG"), PHOTO),
    "a grey photograph as PNG": (saved(GREY, "PNG"), PHOTO),
    "a photograph as WebP": (saved(CAMERA, "WEBP"), PHOTO),
    "a photograph as AVIF": (saved(CAMERA, "AVIF", speed=10), PHOTO),
    "a photograph with transparency": (saved(CAMERA.convert("RGBA").rotate(9), "PNG"), DRAWING),
    "a photograph with transparency unused": (saved(CAMERA.convert("RGBA"), "PNG"), PHOTO),
    "a chart": (png(width=1000, height=600), DRAWING),
    "a chart in palette colours": (
        saved(Image.new("P", (1000, 600)), "PNG", transparency=0), DRAWING,
    ),
    "a scan of one bit": (saved(Image.new("1", (1000, 600), 1), "PNG"), DRAWING),
    "a PNG of 16 bits": (saved(Image.new("I;16", (1000, 600), 40_000), "PNG"), DRAWING),
    "a GIF": (saved(Image.new("P", (1000, 600)), "GIF"), DRAWING),
}  # fmt: skip


@pytest.mark.parametrize("name", KNOWN)
def test_a_picture_is_known_for_what_it_is_whatever_its_name(name: str, tmp_path: Path) -> None:
    data, kind = KNOWN[name]
    found = seen(tmp_path, data, "lying.jpg")
    assert isinstance(found, Seen), found
    assert found.facts == Facts(kind, 1000, 600)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_sizes_are_those_of_the_upright_picture(
    form: str, orientation: int, tmp_path: Path
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    found = seen(tmp_path, saved(CAMERA, form, exif=exif))
    assert isinstance(found, Seen)
    assert found.facts
    turned = (600, 1000) if orientation >= 5 else (1000, 600)
    assert (found.facts.width, found.facts.height) == turned


JPEG = saved(CAMERA, "JPEG")
FRAMES = [png("one", 40, 30), png("two", 40, 30)]
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100)

FAULTS = {
    "truncated": (JPEG[: len(JPEG) // 2], "is damaged or was not copied whole"),
    "truncated by a little": (JPEG[:-2000], "is damaged or was not copied whole"),
    "a truncated PNG": (saved(CAMERA, "PNG")[:-3000], "is damaged or was not copied whole"),
    "a header alone": (b"\xff\xd8\xff", "is damaged or was not copied whole"),
    "a bomb": (bomb(60_000, 60_000), "has 3,600 million pixels"),
    "a pixel too many": (bomb(MAX_PIXELS + 1, 1), "has 50 million pixels"),
    "pixels that are not there": (bomb(5_000, 5_000), "is damaged or was not copied whole"),
    "slender": (saved(Image.new("L", (100, 801)), "PNG"), "is more than 8 times as high as"),
    "text": (b"It is a picture.", "is no picture, whatever its name says"),
    "empty": (b"", "is no picture, whatever its name says"),
    "HEIC": (HEIC, "is no picture, whatever its name says"),
    "an SVG": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is no picture, whatever its name"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_cannot_be_shown_is_refused_in_words(name: str, tmp_path: Path) -> None:
    data, words = FAULTS[name]
    found = seen(tmp_path, data)
    assert isinstance(found, Unfit)
    assert found.what.startswith(words)
    assert found.hint


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG", "AVIF"])
def test_an_animation_is_refused(form: str, tmp_path: Path) -> None:
    frames = [CAMERA.resize((40, 30)), GREY.resize((40, 30)).convert("RGB")]
    data = saved(frames[0], form, save_all=True, append_images=frames[1:], duration=100)
    found = seen(tmp_path, data)
    assert isinstance(found, Unfit)
    assert found.what == "is an animation, which readers cannot stop"


def test_a_bomb_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    import tracemalloc

    tracemalloc.start()
    seen(tmp_path, bomb(60_000, 60_000))
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_what_is_no_picture_is_digested_and_no_more(tmp_path: Path) -> None:
    found = seen(tmp_path, b"%PDF-1.7", "report.pdf")
    assert isinstance(found, Seen)
    assert (found.size_bytes, found.facts) == (8, None)


@settings(deadline=None)
@given(name=st.sampled_from(sorted(KNOWN)), place=st.integers(0, 400), byte=st.integers(0, 255))
def test_a_damaged_picture_is_refused_or_read_and_never_breaks_a_build(
    name: str, place: int, byte: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    whole = KNOWN[name][0]
    at = min(place, len(whole) - 1)
    changed = whole[:at] + bytes([byte]) + whole[at + 1 :]
    found = seen(tmp_path_factory.getbasetemp(), changed)
    assert isinstance(found, Seen | Unfit)


INERT = {
    "a size": ('width="160" height="90px"', "<path d='M0 0h1'/>", (160, 90)),
    "a box": ('viewBox="0 0 300 150"', "<rect width='3' height='2' fill='url(#a)'/>", (300, 150)),
    "no size": ("", "<use href='#a'/>", (0, 0)),
    "other units": ('width="10cm" height="5cm"', "<style>.a{fill:#123}</style>", (0, 0)),
    "a drawing program's notes": (
        'xmlns:i="http://www.inkscape.org/namespaces/inkscape" i:file="C:\\a.png"',
        "<i:grid/><metadata/>", (0, 0),
    ),
    "a picture inside": (
        'xmlns:x="http://www.w3.org/1999/xlink"',
        "<image x:href='data:image/png;base64,AA=='/>", (0, 0),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", INERT)
def test_an_svg_that_does_nothing_is_taken(name: str, tmp_path: Path) -> None:
    attributes, inside, size = INERT[name]
    text = f"<!-- A map --><svg xmlns='http://www.w3.org/2000/svg' {attributes}>{inside}</svg>"
    found = seen(tmp_path, text.encode(), "x.svg")
    assert isinstance(found, Seen), found
    assert found.facts == Facts(VECTOR, *size)


ACTIVE = [
    "<script>alert(1)</script>",
    "<script href='https://other.example/x.js'/>",
    "<rect onclick='alert(1)'/>",
    "<g ONLOAD='alert(1)'/>",
    "<a href='javascript:alert(1)'><text>x</text></a>",
    "<a xmlns:x='http://www.w3.org/1999/xlink' x:href='https://other.example/'/>",
    "<image href='https://other.example/x.png'/>",
    "<image href='data:image/svg+xml,%3Csvg/%3E'/>",
    "<use href='other.svg#a'/>",
    "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'/></foreignObject>",
    "<body xmlns='http://www.w3.org/1999/xhtml'/>",
    "<script xmlns='http://www.w3.org/1999/xhtml'>alert(1)</script>",
    "<set attributeName='href' to='javascript:alert(1)'/>",
    "<animate attributeName='x' values='1;2'/>",
    "<style>@import 'https://other.example/x.css';</style>",
    "<style>rect{fill:url(https://other.example/#a)}</style>",
    "<style>rect{fill:\\75rl(https://other.example/)}</style>",
    "<rect style='fill:url( &quot;//other.example/#a&quot;)'/>",
    "<rect fill='url(https://other.example/#a)'/>",
    "<g xml:base='https://other.example/'/>",
    "<?xml-stylesheet href='https://other.example/x.css'?>",
    "<iframe src='https://other.example/'/>",
    "<video src='x.mp4'/>",
    "<x-element/>",
]


@pytest.mark.parametrize("inside", ACTIVE)
def test_an_svg_that_can_act_or_fetch_is_refused(inside: str, tmp_path: Path) -> None:
    text = f"<svg xmlns='http://www.w3.org/2000/svg'>{inside}</svg>"
    found = seen(tmp_path, text.encode(), "x.svg")
    assert isinstance(found, Unfit), found
    assert found.hint


@pytest.mark.parametrize(
    "text",
    [
        "<?xml-stylesheet href='https://other.example/x.css'?><svg xmlns='{}'/>",
        "<!DOCTYPE svg [<!ENTITY a 'b'>]><svg xmlns='{}'><text>&a;</text></svg>",
        "<!DOCTYPE svg [<!ATTLIST svg onload CDATA 'alert(1)'>]><svg xmlns='{}'/>",
        "<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><svg xmlns='{}'>&x;</svg>",
        "<?xml version='1.0' encoding='utf-7'?><svg xmlns='{}'/>",
        "<svg/>",
        "<html/>",
        "<svg xmlns='{}'>",
        "",
    ],
)
def test_what_is_no_plain_svg_is_refused(text: str, tmp_path: Path) -> None:
    data = text.replace("{}", "http://www.w3.org/2000/svg").encode()
    assert isinstance(seen(tmp_path, data, "x.svg"), Unfit)


def test_a_large_picture_is_only_large(tmp_path: Path) -> None:
    assert isinstance(seen(tmp_path, large_png(), "x.png"), Seen)
