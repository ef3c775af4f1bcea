"""What templates are given: each filter and function of `docs/themes.md`, in rendered words."""

import json
import re

import pytest

from site_builder.errors import ContentError
from tests.archives import SITE, Archive
from tests.conftest import PROJECT
from tests.imaging import png

BASED = SITE.replace("news.example/", "news.example/base/")
DAY = "2025-08-20 09:30:00 +0500"


def rendered(archive: Archive, template: str, url: str = "/2025/08/one/") -> str:
    """Build with this template for articles, and return what it gives at a url."""
    archive.write("theme/templates/article.html", template)
    archive.build()
    return archive.page(url)


@pytest.fixture
def one(archive: Archive) -> Archive:
    """An archive of one article, with three authors of whom one has a name to be escaped."""
    archive.article(
        "one", date=DAY, categories="[Defence]", authors="[Ann Lee, Q & A, 'O''Neil <x>']"
    )
    return archive


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("/", "../../../"),
        ("/category/defence/", "../../../category/defence/"),
        ("/2025/08/one/", "../../../2025/08/one/"),
        ("/feed.xml", "../../../feed.xml"),
        ("/tag/گشت/", "../../../tag/%DA%AF%D8%B4%D8%AA/"),
        ("/a b/", "../../../a%20b/"),
    ],
)
def test_link_leads_from_the_page_to_a_url(url: str, link: str, one: Archive) -> None:
    assert rendered(one, "{{ '%s'|link }}" % url) == link  # noqa: UP031 - braces are Jinja's


def test_link_leads_from_each_page_by_its_own_depth(one: Archive) -> None:
    one.write("theme/templates/home.html", "{{ '/archive/'|link }}")
    one.write("theme/templates/year.html", "{{ '/archive/'|link }}")
    one.write("theme/templates/month.html", "{{ '/archive/'|link }}")
    assert rendered(one, "{{ '/archive/'|link }}") == "../../../archive/"
    assert one.page("/") == "./archive/"
    assert one.page("/2025/") == "../archive/"
    assert one.page("/2025/08/") == "../../archive/"


def test_links_of_404_start_at_the_root_of_the_site(one: Archive) -> None:
    one.write("theme/templates/missing.html", "{{ '/archive/'|link }} {{ 'site.css'|asset }}")
    one.build()
    assert re.fullmatch(r"/archive/ /assets/site\.\w+\.css", one.page("/404.html"))
    one.write("site.toml", BASED)
    one.build()
    assert re.fullmatch(r"/base/archive/ /base/assets/site\.\w+\.css", one.page("/404.html"))


def test_links_are_separated_by_commas_and_escaped(one: Archive) -> None:
    assert rendered(one, "{{ article.authors|links }}") == (
        '<a href="../../../author/ann-lee/">Ann Lee</a>, '
        '<a href="../../../author/q-a/">Q &amp; A</a>, '
        '<a href="../../../author/oneil-x/">O&#x27;Neil &lt;x&gt;</a>'
    )


def test_links_have_another_word_before_the_last(one: Archive) -> None:
    told = rendered(one, "{{ article.authors|links(last=' and ') }}")
    assert re.sub("<.*?>", "", told) == "Ann Lee, Q &amp; A and O&#x27;Neil &lt;x&gt;"
    told = rendered(one, "{{ article.authors[:2]|links(last=' & ') }}")
    assert re.sub("<.*?>", "", told) == "Ann Lee &amp; Q &amp; A"


def test_links_of_one_and_of_none_have_no_commas(one: Archive) -> None:
    only = '<a href="../../../category/defence/">Defence</a>'
    assert rendered(one, "{{ article.categories|links(last=' and ') }}") == only
    assert rendered(one, "[{{ article.tags|links }}]") == "[]"


def test_time_says_the_day_in_words_and_the_moment_for_machines(one: Archive) -> None:
    told = rendered(one, "{{ article.date|time }}")
    assert told == '<time datetime="2025-08-20T04:30:00+00:00">August 20, 2025</time>'


def test_dates_are_told_in_the_time_zone_and_the_language_of_the_site(one: Archive) -> None:
    one.write("site.toml", SITE + 'time_zone = "Asia/Karachi"\nlanguage = "de"\n')
    template = (
        "{{ article.date|time }} {{ article.date|iso }} {{ article.date|long_date }} "
        "{{ month_name(2025, 3) }}"
    )
    assert rendered(one, template) == (
        '<time datetime="2025-08-20T09:30:00+05:00">20. August 2025</time> '
        "2025-08-20T09:30:00+05:00 20. August 2025 März 2025"
    )


def test_days_in_the_archive_are_told_without_an_hour(one: Archive) -> None:
    template = "{% for day in days %}{{ day.date|time }} {{ day.date|iso }}{% endfor %}"
    one.write("theme/templates/month.html", template)
    one.build()
    told = one.page("/2025/08/")
    assert told == '<time datetime="2025-08-20">August 20, 2025</time> 2025-08-20'


def test_long_date_and_month_name_are_told_in_the_language_of_the_site(one: Archive) -> None:
    told = rendered(one, "{{ article.date|long_date }}; {{ month_name(2025, 8) }}")
    assert told == "August 20, 2025; August 2025"


def test_asset_links_to_a_file_that_is_there(one: Archive) -> None:
    one.write("theme/static/fonts/own.css", "p{}")
    told = rendered(one, "{{ 'fonts/own.css'|asset }}")
    assert re.fullmatch(r"\.\./\.\./\.\./assets/fonts/own\.[0-9a-f]+\.css", told)
    assert (one.output / "2025/08/one" / told).read_text() == "p{}"
    one.write("theme/static/fonts/own.css", "b{}")
    one.build()
    assert one.page("/2025/08/one/") != told, "other bytes have another address"


def test_an_asset_that_does_not_exist_is_a_fault_with_its_line(one: Archive) -> None:
    with pytest.raises(ContentError) as caught:
        rendered(one, "\n{{ 'sight.css'|asset }}")
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == ("theme/templates/article.html", 2)
    assert 'there is no static file "sight.css" in the theme' in problem.what


@pytest.mark.parametrize(("site", "base"), [(SITE, ""), (BASED, "/base")])
def test_absolute_is_the_full_address(site: str, base: str, one: Archive) -> None:
    one.write("site.toml", site)
    told = rendered(one, "{{ article.url|absolute }} {{ '/گشت/'|absolute }} {{ page.canonical }}")
    page = f"https://news.example{base}/2025/08/one/"
    assert told == f"{page} https://news.example{base}/%DA%AF%D8%B4%D8%AA/ {page}"


MACROS = """\
{% set calls = namespace(count=0) %}
{% macro greet(name, mark="!") %}
{% set calls.count = calls.count + 1 %}
{{ name }}{{ mark }} <a href="{{ "/archive/"|link }}"></a> {{ calls.count }}
{%- endmacro %}
"""


def test_once_calls_a_macro_once_for_equal_arguments_on_all_pages(one: Archive) -> None:
    one.write("theme/templates/_greet.html", MACROS)
    template = (
        '{% import "_greet.html" as ui %}'
        '{{ once(ui.greet, "a") }}|{{ once(ui.greet, "b", mark="?") }}|{{ once(ui.greet, "a") }}'
    )
    one.write("theme/templates/year.html", template)
    article = rendered(one, template)
    year = one.page("/2025/")
    assert re.sub(" <.*?></a>", "", article) == re.sub(" <.*?></a>", "", year)
    first, second, third = re.sub(" <.*?></a>", "", article).split("|")
    assert first == third
    assert sorted([first, second]) in (["a! 1", "b? 2"], ["a! 2", "b? 1"])


def test_what_once_remembers_has_links_of_the_page_where_it_is_shown(one: Archive) -> None:
    one.write("theme/templates/_greet.html", MACROS)
    template = '{% import "_greet.html" as ui %}{{ once(ui.greet, "a") }}'
    one.write("theme/templates/year.html", template)
    assert 'href="../../../archive/"' in rendered(one, template)
    assert 'href="../archive/"' in one.page("/2025/")


def test_once_escapes_as_the_macro_does(one: Archive) -> None:
    one.write("theme/templates/_greet.html", MACROS)
    told = rendered(one, '{% import "_greet.html" as ui %}{{ once(ui.greet, "<b>") }}')
    assert told.startswith("&lt;b&gt;! <a href=")


def test_an_article_as_json_ld_is_one_value_that_says_its_title(one: Archive) -> None:
    told = json.loads(rendered(one, "{{ structured_data(article, page) }}"))
    assert told["@graph"][0]["headline"] == "one"


def test_picture_is_an_element_with_all_files_of_a_picture(one: Archive) -> None:
    (one.root / "articles/map.png").write_bytes(png(width=600, height=300))
    one.article("one", title="'A title'", slug="one", image="{file: map.png, alt: A map}")
    shown = rendered(one, "{{ picture(article.image, '20rem', lazy=false) }}")
    assert re.fullmatch(r"<picture>.*</picture>", shown, re.DOTALL)
    assert 'sizes="20rem"' in shown
    assert 'alt="A map"' in shown
    assert 'width="600" height="300"' in shown
    assert "lazy" not in shown


def test_every_filter_and_function_of_the_document_is_tried_here() -> None:
    text = (PROJECT / "docs/themes.md").read_text()
    table = text.split("## In every template")[1].split("## Values")[0]
    filters = re.findall(r"^\| <code>\w+&#124;(\w+)", table, re.MULTILINE)
    functions = re.findall(r"^\| `(\w+)\(", table, re.MULTILINE)
    here = (PROJECT / "tests/build/test_render.py").read_text()
    assert len(filters) >= 7
    assert len(functions) >= 2
    assert [name for name in filters if f"|{name}" not in here] == []
    assert [name for name in functions if f"{{{{ {name}(" not in here] == []
