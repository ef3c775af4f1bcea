"""Open pictures made of pixels: the one module that calls Pillow to read.

In: the bytes of a file. Out: Facts, or the upright picture in sRGB at a width, or a PictureFault.
The number of pixels is known from the header before any of them is decoded.
"""

from io import BytesIO

from PIL import Image, ImageChops, ImageCms

from site_builder.pictures.facts import DRAWING, PHOTO, Facts
from site_builder.pictures.fault import PictureFault

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")
_JPEG = ("JPEG", "MPO")  # what many telephones write: a JPEG with another one behind it
MAX_PIXELS = 50_000_000
MAX_SLENDER = 8
"""How often its width a picture may be high: at 1,920 pixels, what WebP can hold (16,383)."""

_FLAT = 0.5
_ORIENTATION = 0x0112  # Exif 2.32, 4.6.4 A
_TURNED = (5, 6, 7, 8)
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SPACES = {"RGB": "RGB ", "CMYK": "CMYK", "L": "GRAY"}

Image.MAX_IMAGE_PIXELS = None  # ours is checked as soon as a header is read


def facts_of(data: bytes) -> Facts:
    """Return what is known of a picture, having decoded all of it. Raises PictureFault."""
    with _open(data) as image:
        width, height = image.size
        jpeg = image.format in _JPEG
        if not jpeg and getattr(image, "is_animated", False):
            what = "is an animation, which readers cannot stop"
            raise PictureFault(what, "show one frame of it, or link to a film")
        if jpeg:
            image.draft(None, (1, 1))  # makes a small picture, of all the data
        _load(image)
        if _orientation(image) in _TURNED:
            width, height = height, width
        if height > MAX_SLENDER * width:
            what = f"is more than {MAX_SLENDER} times as high as it is wide"
            raise PictureFault(what, "cut it into several")
        return Facts(PHOTO if jpeg or not _is_drawing(image) else DRAWING, width, height)


def upright(data: bytes, width: int) -> Image.Image:
    """Return a picture as readers see it, `width` pixels wide, in sRGB and without metadata.

    It is in mode L, RGB or RGBA. Raises PictureFault.
    """
    with _open(data) as image:
        full = image.size
        if image.format in _JPEG:
            # libjpeg decodes a half, a quarter or an eighth of the pixels; here no fewer than asked
            image.draft(None, _scaled(full, _orientation(image), width))
        _load(image)
        orientation = _orientation(image)
        size = _scaled(full, orientation, width)
        profile = image.info.get("icc_profile")
        shown = _plain(image).resize(size, Image.Resampling.LANCZOS)
    shown = _in_srgb(shown, profile)
    if orientation in _UPRIGHT:
        shown = shown.transpose(_UPRIGHT[orientation])
    shown.info = {}  # what it holds, writers would write
    return shown


def _scaled(full: tuple[int, int], orientation: int, width: int) -> tuple[int, int]:
    """Return the size in pixels, before it is turned, of a picture that is to be `width` wide."""
    across = full[1] if orientation in _TURNED else full[0]
    return max(1, round(full[0] * width / across)), max(1, round(full[1] * width / across))


def _open(data: bytes) -> Image.Image:
    """Return a picture of which only the header is read."""
    try:
        image = Image.open(BytesIO(data), formats=FORMATS)
    except Exception as error:  # its readers raise whatever they stumble on
        raise _damaged(error) from error
    pixels = image.width * image.height
    if pixels > MAX_PIXELS:
        what = f"has {pixels / 1e6:,.0f} million pixels"
        raise PictureFault(what, f"make it smaller: {MAX_PIXELS // 10**6} million are the most")
    return image


def _load(image: Image.Image) -> None:
    try:
        image.load()
    except Exception as error:  # its readers raise whatever they stumble on
        raise _damaged(error) from error


def _damaged(error: Exception) -> PictureFault:
    if isinstance(error, MemoryError):
        return PictureFault("needs more memory than there is", "make it smaller")
    return PictureFault("is damaged or was not copied whole", "copy it again, or save it anew")


def _orientation(image: Image.Image) -> int:
    """Return the orientation that Exif asks for, 1 to 8; 1 where nothing sensible does."""
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # metadata of every origin; a picture needs none
        return 1
    return value if isinstance(value, int) and value in _UPRIGHT else 1


def _is_drawing(image: Image.Image) -> bool:
    """Report whether a picture has transparency, or is flat: chart, map, diagram, screenshot.

    It is flat where half of its pixels or more are as light as their neighbours to the right, which
    no camera does.
    """
    plain = _plain(image)
    if plain.mode == "RGBA":
        return True
    grey = plain.convert("L")
    width, height = grey.size
    if width == 1:
        return True
    right, left = grey.crop((1, 0, width, height)), grey.crop((0, 0, width - 1, height))
    equal: int = ImageChops.difference(left, right).histogram()[0]
    return equal >= _FLAT * (width - 1) * height


def _plain(image: Image.Image) -> Image.Image:
    """Return a picture in mode L, RGB, CMYK, or RGBA where anything of it can be seen through."""
    if image.mode.startswith("I"):  # 16 bits of grey
        return image.convert("I").point(lambda value: value / 256).convert("L")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        clear = image.convert("RGBA")
        opaque = clear.getchannel("A").getextrema() == (255, 255)
        return clear.convert("RGB") if opaque else clear
    if image.mode in ("L", "RGB", "CMYK"):
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return a picture with its colours in sRGB; one that has no profile is taken to be so."""
    mode = "RGB" if image.mode == "RGBA" else image.mode
    opaque = image.convert("RGB") if image.mode == "RGBA" else image
    shown = None
    if profile:
        try:
            given = ImageCms.ImageCmsProfile(BytesIO(profile))
            if given.profile.xcolor_space == _SPACES[mode]:
                srgb = ImageCms.createProfile("sRGB")
                shown = ImageCms.profileToProfile(opaque, given, srgb, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            shown = None  # a profile that nobody can use
    if shown is None:
        shown = opaque if mode == "L" else opaque.convert("RGB")
    if image.mode == "RGBA":
        shown.putalpha(image.getchannel("A"))
    return shown
