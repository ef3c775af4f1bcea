"""Published files: upright, in sRGB, no wider than asked, and silent on where and by whom."""

import os
import struct
from collections.abc import Iterator
from hashlib import blake2b
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from site_builder.pictures import encode as encoder
from site_builder.pictures.encode import encode, fill
from site_builder.pictures.facts import Facts, Variant, alone, variants_of, widest, widths_of
from site_builder.pictures.fault import PictureFault
from site_builder.pictures.made import picture_bytes
from site_builder.pictures.order import Order, Original
from site_builder.pictures.raster import facts_of
from site_builder.pictures.store import forget_others, load
from tests.imaging import opened, photo, png, saved

CORNERS = [(200, 30, 30), (30, 200, 30), (30, 30, 200), (220, 220, 30)]


def corners(image: Image.Image) -> list[int]:
    """Return which colour each corner of a picture has, clockwise from the top left."""
    small = image.convert("RGB")
    width, height = small.size
    inside = [
        (width // 8, height // 8), (width * 7 // 8, height // 8),
        (width * 7 // 8, height * 7 // 8), (width // 8, height * 7 // 8),
    ]  # fmt: skip
    found = []
    for place in inside:
        pixel = small.getpixel(place)
        assert isinstance(pixel, tuple)
        far = [sum(abs(a - b) for a, b in zip(pixel, one, strict=True)) for one in CORNERS]
        found.append(far.index(min(far)))
    return found


def four_colours(width: int, height: int) -> Image.Image:
    """Return a picture with another colour in each quarter, clockwise from the top left."""
    image = Image.new("RGB", (width, height), CORNERS[0])
    image.paste(CORNERS[1], (width // 2, 0, width, height // 2))
    image.paste(CORNERS[2], (width // 2, height // 2, width, height))
    image.paste(CORNERS[3], (0, height // 2, width // 2, height))
    return image


def told() -> Image.Exif:
    """Return metadata that tells where, when and with what."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0132], exif[0x013B] = "Camera", "2025:08:20 10:00:00", "Ann"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (33.0, 41.0, 12.0)
    return exif


def original(folder: Path, data: bytes) -> Original:
    """Return a picture with these bytes."""
    name = blake2b(data, digest_size=16).digest()
    file = folder / name.hex()
    file.write_bytes(data)
    return Original(str(file), "articles/x.jpg", name, facts_of(data))


def every(facts: Facts) -> Iterator[Variant]:
    for group in variants_of(facts):
        yield from group


def metadata_of(data: bytes) -> list[str]:
    """Return whatever a file says besides its pixels."""
    image = opened(data)
    said = [str(key) for key in image.info if key not in ("progression", "progressive", "loop",
            "jfif", "jfif_version", "jfif_unit", "jfif_density", "transparency", "background",
            "timestamp", "duration")]  # fmt: skip
    said += [str(tag) for tag in image.getexif()]
    words = (b"GPS", b"Ann", b"Camera", b"Exif", b"http", b"xpacket", b"Copyright", b"ICC_PROFILE")
    return said + [word.decode() for word in words if word in data]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_upright_and_has_no_metadata(
    form: str, orientation: int, tmp_path: Path
) -> None:
    exif = told()
    exif[0x0112] = orientation
    options = {"lossless": True} if form == "WEBP" else {}
    data = saved(four_colours(600, 400), form, exif=exif, **options)
    seen_upright = {
        1: [0, 1, 2, 3], 2: [1, 0, 3, 2], 3: [2, 3, 0, 1], 4: [3, 2, 1, 0],
        5: [0, 3, 2, 1], 6: [3, 0, 1, 2], 7: [2, 1, 0, 3], 8: [1, 2, 3, 0],
    }[orientation]  # fmt: skip
    source = original(tmp_path, data)
    for variant, made in encode(source, tuple(every(source.facts))):
        image = opened(made)
        assert image.size == (variant.width, variant.height)
        assert corners(image) == seen_upright
        assert metadata_of(made) == []


FORMS: dict[str, dict[str, Any]] = {
    "JPEG": {"comment": b"Ann", "icc_profile": ImageCms.ImageCmsProfile(
        ImageCms.createProfile("sRGB")).tobytes(), "xmp": b"<x:xmpmeta Copyright Ann/>"},
    "PNG": {"dpi": (300, 300)},
    "WEBP": {"xmp": b"<x:xmpmeta Copyright Ann/>"},
    "AVIF": {"xmp": b"<x:xmpmeta Copyright Ann/>", "speed": 10},
}  # fmt: skip


@settings(deadline=None, max_examples=30, derandomize=True)  # three letters turn up by chance
@given(
    form=st.sampled_from(sorted(FORMS)),
    width=st.integers(1, 700),
    height=st.integers(1, 700),
    mode=st.sampled_from(["L", "RGB", "RGBA", "CMYK", "P"]),
)
def test_no_file_of_any_picture_says_anything_but_its_pixels(
    form: str, width: int, height: int, mode: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    fits = {"JPEG": ("L", "RGB", "CMYK"), "PNG": ("L", "RGB", "RGBA", "P")}
    kept = mode if mode in fits.get(form, ("RGB", "RGBA")) else "RGB"
    image = photo(width, height).convert(kept)
    data = saved(image, form, exif=told(), **FORMS[form])
    if height > 8 * width:
        with pytest.raises(PictureFault):
            facts_of(data)
        return
    source = original(tmp_path_factory.getbasetemp(), data)
    for variant, made in encode(source, tuple(every(source.facts))):
        assert opened(made).size == (variant.width, variant.height)
        assert metadata_of(made) == []


@given(st.integers(1, 9_000), st.integers(1, 9_000))
def test_widths_grow_to_that_of_the_picture_or_the_widest_and_none_enlarges(
    width: int, height: int
) -> None:
    facts = Facts("photo", width, height)
    widths = widths_of(facts)
    assert list(widths) == sorted(set(widths))
    assert widths[-1] == min(width, 1920)
    assert len(widths) <= 4
    assert alone(facts).width <= max(960, widths[0])
    assert widest(facts).width == widths[-1]
    for variant in every(facts):
        assert abs(variant.height * width - height * variant.width) <= width


def test_a_wide_gamut_becomes_srgb(tmp_path: Path) -> None:
    """A picture of another colour space is shown as it was meant, not as its numbers say."""
    srgb = ImageCms.createProfile("sRGB")
    swapped = bytearray(ImageCms.ImageCmsProfile(srgb).tobytes())
    red, green = swapped.find(b"rXYZ"), swapped.find(b"gXYZ")
    places = [bytes(swapped[at + 4 : at + 12]) for at in (red, green)]
    swapped[red + 4 : red + 12], swapped[green + 4 : green + 12] = places[1], places[0]
    data = saved(Image.new("RGB", (64, 64), (255, 0, 0)), "JPEG", icc_profile=bytes(swapped))
    source = original(tmp_path, data)
    ((_, made),) = encode(source, (widest(source.facts),))
    pixel = opened(made).getpixel((30, 30))
    assert isinstance(pixel, tuple)
    assert pixel[1] > 200, "what the profile calls red is green"
    assert pixel[0] < 60


def test_a_profile_that_nobody_can_read_is_passed_over(tmp_path: Path) -> None:
    data = saved(Image.new("RGB", (64, 64), (255, 0, 0)), "JPEG", icc_profile=b"no profile")
    source = original(tmp_path, data)
    assert len(list(encode(source, tuple(every(source.facts))))) == 2


def test_sixteen_bits_of_grey_become_eight(tmp_path: Path) -> None:
    values = [32_768] * 32 + [0] * 32
    image = Image.frombytes("I;16", (64, 64), struct.pack("<64H", *values) * 64)
    source = original(tmp_path, saved(image, "PNG"))
    ((_, made),) = encode(source, (widest(source.facts),))
    shown = opened(made)
    assert (shown.getpixel((10, 10)), shown.getpixel((50, 10))) == (128, 0)


def test_a_chart_loses_nothing(tmp_path: Path) -> None:
    image = four_colours(700, 400)
    source = original(tmp_path, saved(image, "PNG"))
    made = dict(encode(source, tuple(every(source.facts))))
    for suffix in ("png", "webp"):
        shown = opened(made[Variant(700, 400, suffix)]).convert("RGB")
        assert shown.tobytes() == image.tobytes()


def test_transparency_stays(tmp_path: Path) -> None:
    image = Image.new("P", (500, 300), 1)
    image.putpalette([255, 0, 0, 0, 255, 0])
    image.paste(0, (0, 0, 250, 300))
    source = original(tmp_path, saved(image, "PNG", transparency=0))
    for _, made in encode(source, tuple(every(source.facts))):
        shown = opened(made).convert("RGBA")
        left, right = shown.getpixel((5, 5)), shown.getpixel((shown.width - 5, 5))
        assert isinstance(left, tuple)
        assert left[3] == 0
        assert right == (0, 255, 0, 255)


def test_one_file_is_the_same_whichever_others_are_made(tmp_path: Path) -> None:
    source = original(tmp_path, saved(photo(2400, 1600), "JPEG"))
    all_of_them = dict(encode(source, tuple(every(source.facts))))
    one = alone(source.facts)
    assert picture_bytes("", source, one) == all_of_them[one]


def test_what_is_in_the_store_is_not_encoded_again_unless_it_is_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = str(tmp_path / "store")
    source = original(tmp_path, png("a", 600, 400))
    order = Order(source, tuple(every(source.facts)))
    encoded: list[str] = []
    inner = encoder._encoded

    def counted(shown: Image.Image, suffix: str) -> bytes:
        encoded.append(suffix)
        return inner(shown, suffix)

    monkeypatch.setattr(encoder, "_encoded", counted)
    assert fill(store, [order]) == [None]
    assert sorted(encoded) == ["png", "png", "webp", "webp"]
    assert fill(store, [order]) == [None]
    assert len(encoded) == 4
    first = {one: load(store, source.digest, one) for one in order.variants}
    files = sorted(path for path in Path(store).rglob("*") if path.is_file())
    for file, damage in zip(files, (b"", b"x", b"x" * 40, file_without_end(files[3])), strict=True):
        file.write_bytes(damage)
    assert fill(store, [order]) == [None]
    assert len(encoded) == 8
    assert {one: load(store, source.digest, one) for one in order.variants} == first


def file_without_end(file: Path) -> bytes:
    """Return all bytes of a file but the last."""
    return file.read_bytes()[:-1]


def test_a_picture_that_changed_meanwhile_is_named(tmp_path: Path) -> None:
    source = original(tmp_path, png("a", 600, 400))
    Path(source.file).write_bytes(png("b", 600, 400))
    (problem,) = fill(str(tmp_path / "store"), [Order(source, (widest(source.facts),))])
    assert str(problem) == "articles/x.jpg: was changed while the site was built (build again)"


def test_the_store_forgets_what_no_article_shows(tmp_path: Path) -> None:
    store = str(tmp_path / "store")
    one, two = (original(tmp_path, png(seed, 20, 10)) for seed in "ab")
    fill(store, [Order(each, (widest(each.facts),)) for each in (one, two)])
    forget_others(store, [one.digest])
    assert load(store, one.digest, widest(one.facts))
    assert load(store, two.digest, widest(two.facts)) is None
    assert len(os.listdir(store)) == 1


def test_jpeg_and_png_hold_what_other_programs_can_read(tmp_path: Path) -> None:
    source = original(tmp_path, saved(photo(1000, 600), "JPEG"))
    for variant, made in encode(source, tuple(every(source.facts))):
        with Image.open(BytesIO(made)) as image:
            assert image.format == {"jpg": "JPEG", "avif": "AVIF"}[variant.suffix]
            assert image.mode == "RGB"
