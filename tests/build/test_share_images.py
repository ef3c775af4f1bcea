"""The picture by which an article is shared: which one, where, and drawn when."""

import io
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from PIL import Image

from site_builder.build.jobs import ShareImageJob
from site_builder.build.share_image import draw_share_image
from tests.archives import DRAWING_SITE, Archive, clean_tree
from tests.conftest import PROJECT

SHARE = re.compile(r'<meta property="og:image" content="https://news\.example/([^"]*)">')
JOB = ShareImageJob("Talks resume", "ltr", "en", "Diplomacy", "The Site", "ltr", "en")


@pytest.fixture
def drawing(tmp_path: Path) -> Archive:
    """An archive that draws."""
    return Archive(tmp_path / "archive", DRAWING_SITE)


def pixels(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as image:
        assert image.format == "PNG"
        assert image.size == (1200, 630)
        return image.convert("L")


def ink(image: Image.Image, top: int, bottom: int) -> tuple[int, int] | None:
    """Return from where to where there is ink in some rows, None where there is none."""
    box = image.crop((0, top, image.width, bottom)).point(lambda grey: 255 * (grey < 128)).getbbox()
    return (box[0], box[2]) if box else None


def drawn(archive: Archive) -> list[str]:
    return [path for path in archive.tree() if "/share." in path]


def meta(page: str, name: str) -> str:
    found: list[str] = re.findall(rf'<meta (?:property|name)="{name}" content="([^"]*)">', page)
    return found[0]


def test_an_article_without_a_picture_is_shared_by_one_that_is_drawn(drawing: Archive) -> None:
    drawing.article("one", title="Talks resume", slug="one")
    drawing.build()
    page = drawing.page("/2025/08/one/")
    (path,) = SHARE.findall(page)
    pixels((drawing.output / path).read_bytes())
    assert re.fullmatch(r"2025/08/one/share\.[0-9a-f]{12}\.png", path)
    assert meta(page, "og:image:width") == "1200"
    assert meta(page, "og:image:height") == "630"
    assert meta(page, "og:image:alt") == "Talks resume"
    assert meta(page, "twitter:card") == "summary_large_image"


def test_an_article_is_shared_by_its_own_picture(drawing: Archive) -> None:
    drawing.root.joinpath("articles/p.png").write_bytes(draw_share_image(JOB))
    drawing.article("one", slug="one", image="{file: p.png, alt: A map}")
    drawing.build()
    assert drawn(drawing) == []
    page = drawing.page("/2025/08/one/")
    assert "2025/08/one/" in SHARE.findall(page)[0]
    assert meta(page, "og:image:alt") == "A map"


@pytest.mark.parametrize(
    "change",
    [{"title": "Another"}, {"categories": "[Air]"}, {"language": "de"}],
)
def test_other_words_are_another_picture_at_another_address(
    drawing: Archive, change: dict[str, str]
) -> None:
    drawing.article("one", title="Talks", slug="one")
    drawing.build()
    (before,) = drawn(drawing)
    drawing.article("one", **{"title": "Talks", "slug": "one", **change})
    drawing.build()
    (after,) = drawn(drawing)
    assert after != before
    assert drawing.tree() == clean_tree(drawing)


def test_other_text_below_the_title_leaves_the_picture_as_it_is(drawing: Archive) -> None:
    drawing.article("one", slug="one")
    drawing.build()
    (path,) = drawn(drawing)
    drawing.article("one", slug="one", body="Another text.", updated="2025-08-21")
    drawing.write("theme/templates/missing.html", "Gone.")
    report = drawing.build()
    assert drawn(drawing) == [path]
    assert path not in report.written


def test_nothing_is_drawn_where_that_is_turned_off(drawing: Archive) -> None:
    drawing.article("one", slug="one")
    drawing.build()
    drawing.write("site.toml", DRAWING_SITE + "share_images = false\n")
    drawing.build()
    assert drawn(drawing) == []
    page = drawing.page("/2025/08/one/")
    assert "og:image" not in page
    assert meta(page, "twitter:card") == "summary"
    assert drawing.tree() == clean_tree(drawing)


def test_the_site_s_own_picture_stands_in_where_there_is_no_other(drawing: Archive) -> None:
    (drawing.root / "theme/static").mkdir(parents=True)
    (drawing.root / "theme/static/share.png").write_bytes(draw_share_image(JOB))
    site = DRAWING_SITE + 'share_image = "share.png"\nshare_images = false\n'
    drawing.write("site.toml", site)
    drawing.article("one", slug="one")
    drawing.build()
    for url in ("/", "/2025/08/one/", "/category/defence/"):
        (path,) = SHARE.findall(drawing.page(url))
        assert (drawing.output / path).is_file()
        assert path.startswith("assets/share.")


def test_the_title_stands_where_its_language_starts() -> None:
    left = ink(pixels(draw_share_image(JOB)), 150, 500)
    text = {"title": "گشت", "direction": "rtl", "language": "ur"}
    right = ink(pixels(draw_share_image(ShareImageJob(**{**_fields(JOB), **text}))), 150, 500)
    assert left
    assert right
    assert left[0] < 90
    assert right[0] > 600
    assert right[1] > 1100


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize(
    "title",
    ["Mali", "A title that goes on and on " * 12, "Donaudampfschifffahrt" * 9, "گشت و شناخت " * 30],
)
def test_whatever_its_length_a_title_stays_between_the_margins(title: str, direction: str) -> None:
    job = ShareImageJob(**{**_fields(JOB), "title": title, "direction": direction})
    image = pixels(draw_share_image(job))
    found = ink(image, 140, 536)
    assert found
    assert found[0] >= 60
    assert found[1] <= 1140
    assert ink(image, 520, 536) is None


def test_a_title_that_no_font_covers_gives_way_to_the_name_of_the_site() -> None:
    job = ShareImageJob(**{**_fields(JOB), "title": "中国"})
    nothing = ShareImageJob(
        **{**_fields(JOB), "title": "中国", "site_title": "中", "category": "中"}
    )
    assert ink(pixels(draw_share_image(job)), 150, 500)
    blank = pixels(draw_share_image(nothing))
    assert ink(blank, 20, 530) is None
    assert ink(blank, 545, 630) is None


def test_the_same_words_are_the_same_bytes() -> None:
    assert draw_share_image(JOB) == draw_share_image(JOB)


def test_the_sample_has_a_picture_for_every_article_without_one(sample: Path) -> None:
    pages = [
        page
        for page in sample.glob("2*/*/*/index.html")
        if '"og:type" content="article"' in page.read_text()
    ]
    assert len(pages) == len(list((PROJECT / "articles").rglob("*.md")))
    for page in pages:
        address = meta(page.read_text(), "og:image").removeprefix("https://archive.example/")
        assert (sample / unquote(address)).is_file(), page


def _fields(job: ShareImageJob) -> dict[str, str]:
    return {name: getattr(job, name) for name in job.__struct_fields__}
