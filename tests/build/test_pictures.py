"""Pictures of a site: in several forms, encoded once, and the pages that show them."""

import re
from base64 import b64decode
from pathlib import Path

import html5lib
import pytest

from site_builder.build.pages import PictureFile, PictureView
from site_builder.build.pictures import picture_element
from site_builder.errors import ContentError
from site_builder.pictures import encode as encoder
from site_builder.pipeline import check, verify
from site_builder.reports import Request
from tests.archives import NOON, SITE, Archive, Silent, clean_tree
from tests.editions import edition, publish_editions
from tests.imaging import opened, photo, png, saved

ONE = "/2025/08/one/"


@pytest.fixture
def encoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The suffix of each file that was encoded, as builds go on."""
    found: list[str] = []
    inner = encoder._encoded

    def counted(*values: object) -> bytes:
        found.append(str(values[1]))
        return inner(*values)  # type: ignore[arg-type]

    monkeypatch.setattr(encoder, "_encoded", counted)
    return found


def camera(width: int = 1000, height: int = 600, seed: int = 1) -> bytes:
    """Return a photograph that tells where it was taken."""
    exif = photo(8, 8).getexif()
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x013B] = "Photographer"
    return saved(photo(width, height, seed), "JPEG", exif=exif)


def put(archive: Archive, data: bytes, name: str = "p.jpg") -> None:
    """Put a picture beside the articles."""
    archive.write(f"articles/{name}", data)


def pictures(archive: Archive, url: str = ONE) -> list[Path]:
    """Return the published files of an article that are no page."""
    folder = archive.output / url.strip("/")
    return sorted(file for file in folder.iterdir() if file.suffix != ".html")


def elements(page: str, tag: str) -> list[dict[str, str]]:
    """Return the attributes of all elements of a kind."""
    root = html5lib.parse(page, namespaceHTMLElements=False)
    return [dict(node.attrib) for node in root.iter(tag)]


def test_a_picture_is_published_in_widths_and_formats_and_never_as_it_was(archive: Archive) -> None:
    put(archive, camera())
    archive.article("one", image="{file: p.jpg, alt: A dish}", body="![Again](p.jpg)")
    archive.build()
    names = [re.sub(r"\.\w{12}\.", ".", file.name) for file in pictures(archive)]
    assert names == ["p-1000.avif", "p-1000.jpg", "p-480.avif", "p-480.jpg"]
    for file in archive.output.rglob("*"):
        if file.is_file():
            assert b"Photographer" not in file.read_bytes(), file


def test_a_page_lets_the_browser_choose_and_keeps_the_place(archive: Archive) -> None:
    put(archive, camera())
    archive.article("one", image="{file: p.jpg, alt: A dish}", body='![Again](p.jpg "It")')
    archive.build()
    page = archive.page(ONE)
    lead, body = elements(page, "img")
    sources = elements(page, "source")
    assert [one["type"] for one in sources] == ["image/avif", "image/avif"]
    for one in (lead, body, *sources):
        places = [part.split() for part in one["srcset"].split(", ")]
        assert [width for _, width in places] == ["480w", "1000w"]
        for place, width in places:
            file = (archive.output / ONE.strip("/") / place).resolve()
            assert opened(file.read_bytes()).width == int(width[:-1])
        assert one["sizes"]
    assert (lead["alt"], body["alt"], body["title"]) == ("A dish", "Again", "It")
    assert {(one["width"], one["height"]) for one in (lead, body)} == {("1000", "600")}
    assert (lead["fetchpriority"], "loading" in lead) == ("high", False)
    assert (body["loading"], body["decoding"]) == ("lazy", "async")


def test_the_front_page_shows_the_lead_pictures(archive: Archive) -> None:
    put(archive, camera())
    archive.article("one", image="{file: p.jpg, alt: A dish}")
    archive.build()
    (image,) = elements(archive.page("/"), "img")
    assert (image["width"], image["height"]) == ("1000", "600")


def test_an_author_may_say_how_large_a_picture_is_and_when_it_loads(archive: Archive) -> None:
    put(archive, camera())
    tag = '<img src="p.jpg" alt="A dish" width="300" loading="eager" class="small">'
    archive.article("one", body=f"{tag}\n\n<img src='p.jpg' alt='It' sizes='50vw' height='90'>\n")
    archive.build()
    image, other = elements(archive.page(ONE), "img")
    assert (other["width"], other["height"], other["sizes"]) == ("150", "90", "50vw")
    assert (image["width"], image["height"]) == ("300", "180")
    assert (image["loading"], image["class"], image["sizes"]) == ("eager", "small", "300px")


def test_a_link_to_a_picture_leads_to_its_widest_form_alone(archive: Archive) -> None:
    put(archive, camera(2400, 1600))
    archive.article("one", body="[The dish](p.jpg)")
    archive.build()
    (file,) = pictures(archive)
    assert re.fullmatch(r"p-1920\.\w{12}\.jpg", file.name)
    assert file.name in archive.page(ONE)


def test_feeds_and_structured_data_have_full_addresses_of_plain_files(archive: Archive) -> None:
    put(archive, camera(2400, 1600))
    archive.article("one", image="{file: p.jpg, alt: A dish}", body="![Again](p.jpg)")
    archive.build()
    found = re.findall(r'<img src="([^"]*)"', archive.page("/feed.xml"))
    assert len(found) == 2
    for address in (*found, *re.findall(r'"image":"([^"]*)"', archive.page(ONE))):
        path = address.removeprefix("https://news.example/")
        assert path != address
        assert (archive.output / path).is_file()
        assert path.endswith(".jpg")
    assert "srcset" not in archive.page("/feed.xml")


def test_an_edition_holds_a_picture_of_middling_width_without_metadata(archive: Archive) -> None:
    put(archive, camera(2400, 1600))
    archive.article("one", image="{file: p.jpg, alt: A dish}", body="![Again](p.jpg)")
    archive.build()
    held = re.findall(r'src="data:image/jpeg;base64,([^"]*)"', edition(archive, ONE))
    assert len(held) == 2
    assert opened(b64decode(held[0])).size == (960, 640)
    assert not opened(b64decode(held[0])).getexif()
    assert held[0] == held[1]


def test_nothing_is_encoded_twice(archive: Archive, encoded: list[str]) -> None:
    put(archive, camera())
    archive.article("one", image="{file: p.jpg, alt: A dish}")
    archive.build()
    assert sorted(encoded) == ["avif", "avif", "jpg", "jpg"]
    del encoded[:]
    archive.build()
    archive.article("one", image="{file: p.jpg, alt: Another alt}")
    archive.build()
    put(archive, camera(), "same.jpg")
    archive.article("two", body="![The same](same.jpg)")
    archive.build()
    for file in pictures(archive):
        file.unlink()
    (archive.root / ".site_builder/cache.sqlite").unlink()
    archive.build()
    assert encoded == []
    assert archive.tree() == clean_tree(archive)


def test_a_store_that_was_damaged_or_lost_is_made_anew(
    archive: Archive, encoded: list[str]
) -> None:
    put(archive, camera())
    archive.article("one", image="{file: p.jpg, alt: A dish}")
    archive.build()
    before = archive.tree()
    del encoded[:]
    for file in (archive.root / ".site_builder/pictures").rglob("*.jpg"):
        file.write_bytes(b"damaged")
    for published in pictures(archive):
        published.unlink()
    archive.build()
    assert encoded == ["jpg", "jpg"]
    assert archive.tree() == before


def test_a_changed_picture_changes_every_page_that_shows_it(archive: Archive) -> None:
    put(archive, camera())
    archive.article("one", image="{file: p.jpg, alt: A dish}", categories="[Navy]")
    archive.article("two", body="![A dish](p.jpg)", categories="[Army]")
    archive.article("three", categories="[Army]")
    archive.build()
    put(archive, camera(900, 700, seed=2))
    written = archive.build().written
    for path in ("index.html", "category/navy/index.html", "feed.xml", "2025/08/index.html",
                 "2025/08/one/index.html", "2025/08/two/index.html"):  # fmt: skip
        assert path in written
    assert "2025/08/three/index.html" not in written
    assert archive.tree() == clean_tree(archive)
    assert {re.sub(r"\.\w{12}\.", ".", file.name) for file in pictures(archive)} == {
        "p-480.avif", "p-480.jpg", "p-900.avif", "p-900.jpg",
    }  # fmt: skip


def test_the_store_forgets_pictures_that_no_article_shows(archive: Archive) -> None:
    put(archive, camera())
    archive.article("one", image="{file: p.jpg, alt: A dish}")
    archive.build()
    store = archive.root / ".site_builder/pictures"
    assert len(list(store.iterdir())) == 1
    archive.article("one")
    archive.build()
    assert list(store.iterdir()) == []
    assert pictures(archive) == []


def test_a_check_encodes_nothing_and_writes_nothing(archive: Archive, encoded: list[str]) -> None:
    archive.write("site.toml", SITE + "editions = false\n")
    put(archive, camera())
    archive.article("one", image="{file: p.jpg, alt: A dish}")
    check(Request(archive.root, archive.output, NOON), Silent())
    assert encoded == []
    assert not (archive.root / ".site_builder").exists()


def test_verifying_encodes_everything_anew(archive: Archive, encoded: list[str]) -> None:
    put(archive, camera())
    archive.article("one", image="{file: p.jpg, alt: A dish}")
    archive.build()
    del encoded[:]
    request = Request(archive.root, archive.output, NOON)
    assert verify(request, Silent()).written == ()
    assert sorted(encoded) == ["avif", "avif", "jpg", "jpg"]
    wrong = next(file for file in pictures(archive) if file.suffix == ".avif")
    wrong.write_bytes(wrong.read_bytes()[:-1] + b"x")
    assert verify(request, Silent()).written == (wrong.relative_to(archive.output).as_posix(),)


def test_a_published_edition_keeps_its_name_as_long_as_its_picture_stays(archive: Archive) -> None:
    put(archive, camera())
    archive.article("one", image="{file: p.jpg, alt: A dish}")
    archive.build()
    (line,) = publish_editions(archive)
    archive.write("theme/templates/edition.html", "another")
    assert archive.build().warnings == ()
    assert line.cid in archive.page(ONE)
    put(archive, camera(seed=2))
    archive.build()
    assert line.cid not in archive.page(ONE).split("Earlier revisions")[0]


def test_two_pictures_of_one_name_are_two(archive: Archive) -> None:
    archive.write("articles/a/p.png", png("a", 20, 10))
    archive.write("articles/b/p.png", png("b", 20, 10))
    archive.write("articles/c/p.png", png("b", 20, 10))
    archive.article("one", body="![A](a/p.png) ![B](b/p.png) ![C](c/p.png)")
    archive.build()
    assert len(list((archive.output / "2025/08/one").rglob("*.png"))) == 3
    assert archive.tree() == clean_tree(archive)


def test_an_svg_is_published_as_it_is_and_held_by_the_edition(archive: Archive) -> None:
    text = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 30 20'><path d='M0 0h9'/></svg>"
    archive.write("articles/map.svg", text)
    archive.article("one", image="{file: map.svg, alt: A map}", body="![Again](map.svg)")
    archive.build()
    assert (archive.output / "2025/08/one/map.svg").read_text() == text
    for image in elements(archive.page(ONE), "img"):
        assert (image["width"], image["height"]) == ("30", "20")
        assert image["src"] == "../../../2025/08/one/map.svg"
    assert edition(archive, ONE).count("data:image/svg+xml;base64,") == 2


def faults(archive: Archive) -> list[str]:
    """Return what a build finds at fault."""
    with pytest.raises(ContentError) as raised:
        archive.build()
    return [str(problem) for problem in raised.value.problems]


def test_every_fault_of_every_picture_is_told_in_one_run(archive: Archive) -> None:
    put(archive, camera()[:5_000], "cut.jpg")
    put(archive, b"A report.", "report.pdf")
    archive.write("articles/act.svg", "<svg xmlns='http://www.w3.org/2000/svg' onload='a()'/>")
    archive.article("one", image="{file: cut.jpg, alt: A dish}", body="![R](report.pdf)")
    archive.article("two", body="Text.\n\n![A](act.svg)\n\n![](other.png)\n")
    places = [re.sub(r" \(.*", "", fault) for fault in faults(archive)]
    assert places == [
        "articles/one.md:5: cut.jpg is damaged or was not copied whole",
        "articles/one.md:7: report.pdf is no picture",
        "articles/two.md:8: act.svg has onload, which can act",
        "articles/two.md:10: other.png does not exist",
        "articles/two.md:10: the picture other.png has no alt text",
    ]


SILENT = [
    ("Text.\n\n![](p.png)", 8),
    ("Text.\n\n![ ](p.png)", 8),
    ("![A](p.png)\n\n![](p.png)", 8),
    ('![](p.png "Title")', 6),
    ("<img src='p.png'>", 6),
    ("![A](p.png)\n\n![][p]\n\n[p]: p.png", 10),
]
DECORATION = [
    '<img src="p.png" alt="">',
    "Text <img alt='' src='p.png'> text",
    "![A](p.png) <img src=p.png alt=''>",
    "<img src='a &amp; b.png' alt=''>",
    '<img src = "p.png" alt>',
]


@pytest.mark.parametrize("engine", ["markdown", "commonmark"])
@pytest.mark.parametrize("sanitize", ["true", "false"])
def test_a_picture_says_what_it_shows_or_that_it_is_decoration(
    archive: Archive, engine: str, sanitize: str
) -> None:
    archive.write("site.toml", f'{SITE}engine = "{engine}"\nsanitize = {sanitize}\n')
    for name in ("p.png", "a & b.png"):
        put(archive, png(), name)
    for number, body in enumerate(DECORATION):
        archive.article(f"plain{number}", body=body)
    archive.build()
    for number in range(len(DECORATION)):
        page = archive.page(f"/2025/08/plain{number}/")
        assert elements(page, "img")[-1]["alt"] == ""
    for number, (body, _) in enumerate(SILENT):
        archive.article(f"silent{number}", body=body)
    told = [fault.partition(": the picture ")[0] for fault in faults(archive)]
    assert told == [f"articles/silent{at}.md:{line}" for at, (_, line) in enumerate(SILENT)]


def test_a_site_without_pictures_never_loads_what_opens_them(archive: Archive) -> None:
    import subprocess
    import sys

    archive.article("one", body="[A paper](https://other.example/)")
    program = (
        "import sys\nfrom site_builder.cli import run\n"
        f"code = run(['build', '--quiet', '--jobs', '1', '--root', {str(archive.root)!r}])\n"
        "sys.exit(code or any(name.startswith('PIL') for name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True)
    assert done.returncode == 0, done.stderr


def test_an_address_with_a_comma_or_a_blank_can_stand_in_srcset() -> None:
    files = (
        PictureFile("/a,b c-1.jpg", 480, 320, "image/jpeg"),
        PictureFile("/a,b c-2.jpg", 960, 640, "image/jpeg"),
    )
    picture = PictureView("/a,b c-2.jpg", "x", "", "", 960, 640, files)
    written = picture_element(
        picture, [("alt", '"<x>"')], "100vw", lambda url: url.replace(" ", "%20")
    )
    (image,) = elements(written, "img")
    assert image["srcset"] == "/a%2Cb%20c-1.jpg 480w, /a%2Cb%20c-2.jpg 960w"
    assert image["alt"] == '"<x>"'
