"""The configuration: every key is typed, every fault has its file and line."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.config import KEYS, load_config
from site_builder.config_engines import EngineConfig
from site_builder.config_organisation import Organisation
from site_builder.errors import ContentError, EnvironmentFault

SITE = 'title = "The Archive"\nurl = "https://archive.example/"\n'

# For each key: texts of TOML that are accepted with the value they give, and texts that are not.
ACCEPTED: dict[str, dict[str, Any]] = {
    "title": {'"The Archive"': "The Archive", '" The Archive "': "The Archive"},
    "url": {
        '"https://archive.example"': "https://archive.example/",
        '"http://archive.example:8080/sub"': "http://archive.example:8080/sub/",
        '"https://archive.example/sub//"': "https://archive.example/sub/",
    },
    "description": {'""': "", '"On defence."': "On defence."},
    "language": {'"ur"': "ur", '"en-GB"': "en-GB", '"zh-Hant-TW"': "zh-Hant-TW"},
    "time_zone": {'"Asia/Karachi"': "Asia/Karachi", '"UTC"': "UTC"},
    "publisher": {'"The Press"': "The Press"},
    "navigation": {"[]": (), '["Arms Control", " Diplomacy "]': ("Arms Control", "Diplomacy")},
    "page_size": {"1": 1, "500": 500},
    "home_size": {"1": 1, "500": 500},
    "feed_size": {"1": 1, "500": 500},
    "sanitize": {"true": True, "false": False},
    "engine": {'"markdown"': "markdown", '"commonmark"': "commonmark"},
    "editions": {"true": True, "false": False},
    "share_images": {"true": True, "false": False},
    "share_image": {'"share.png"': "share.png", '""': ""},
    "organisation": {"{}": Organisation(), (
        '{logo = "l.png", same_as = ["https://x.example/@us"], ethics_policy = "/2025/08/e/", '
        'masthead = "https://x.example/a?b#c"}'
    ): Organisation("l.png", ("https://x.example/@us",), {
        "ethics_policy": "/2025/08/e/", "masthead": "https://x.example/a?b#c",
    })},
    "gateways": {'["https://one.example", "http://127.0.0.1:8080/"]': (
        "https://one.example/", "http://127.0.0.1:8080/",
    )},
    "engines": {'[{name = "home", kind = "kubo"}]': (
        EngineConfig(name="home", kind="kubo", url="http://127.0.0.1:5001/"),
    )},
    "extra": {"{}": {}, "{a = 1, b = [1.5, true], c = {d = 'x'}}": {
        "a": 1, "b": [1.5, True], "c": {"d": "x"},
    }},
}  # fmt: skip
REFUSED = {
    "title": ['""', '" "', "5", "[]", "true", '"a\\u0000b"'],
    "url": [
        '""',
        "5",
        '"archive.example"',
        '"//archive.example"',
        '"ftp://archive.example"',
        '"https://"',
        '"https://archive.example/?a"',
        '"https://archive.example/#a"',
        '"https://[archive.example"',
    ],
    "description": ["5", "[]", "{}", "2025-08-20", '"a\\u0007b"'],
    "language": ['""', '"english!"', '"e"', "5", '"en_GB"'],
    "time_zone": ['""', '"Mars/Base"', '"../UTC"', '"Asia"', '"/etc/localtime"', "5", '"\\u0000"'],
    "publisher": ['""', "5"],
    "navigation": ['"Diplomacy"', "[1]", '[["a"]]', "5"],
    "page_size": ["0", "501", "-1", '"20"', "20.0", "true"],
    "home_size": ["0", "501", "-1", '"20"', "20.0", "true"],
    "feed_size": ["0", "501", "-1", '"20"', "20.0", "true"],
    "sanitize": ['"true"', "1", '""'],
    "engine": ['"fast"', "1", "[]"],
    "editions": ['"yes"', "1"],
    "share_images": ['"true"', "1"],
    "share_image": ["5", "[]"],
    "organisation": [
        "5",
        '"us"',
        '{ethic_policy = "https://x.example/"}',
        "{logo = 5}",
        '{same_as = "https://x.example/"}',
        '{same_as = ["/here/"]}',
        "{same_as = [5]}",
        '{ethics_policy = "here"}',
        '{ethics_policy = "//x.example/"}',
        '{ethics_policy = "javascript:alert(1)"}',
        '{ethics_policy = "https://"}',
        '{ethics_policy = "https://[x"}',
        '{ethics_policy = "https://x.example/a b"}',
        '{ethics_policy = ""}',
    ],
    "gateways": ["[]", '"https://one.example"', '["one.example"]', "[5]"],
    "engines": ['"home"', '[{name = "home"}]', '[{name = "home", kind = "disk"}]'],
    "extra": ["5", '"a"', "[]", "{a = 99999999999999999999}"],
}


def write(root: Path, table: str, *, name: str = "site.toml") -> None:
    (root / name).write_text(table, encoding="utf-8")


def problems(root: Path) -> list[tuple[str, int, str]]:
    with pytest.raises(ContentError) as caught:
        load_config(root)
    return [(problem.file, problem.line, problem.what) for problem in caught.value.problems]


def with_key(key: str, text: str) -> str:
    """Return a site.toml in which `key` stands in the third line."""
    others = {"title": '"x"', "url": '"https://x.example"'}
    lines = [f"{other} = {value}" for other, value in others.items() if other != key]
    return "\n".join([*lines, *["#"] * (2 - len(lines)), f"{key} = {text}", ""])


def test_these_cases_cover_every_key() -> None:
    assert set(ACCEPTED) == set(REFUSED) == set(KEYS)


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [(key, text, value) for key, texts in ACCEPTED.items() for text, value in texts.items()],
)
def test_a_value_of_the_right_type_is_taken(
    key: str, text: str, value: object, tmp_path: Path
) -> None:
    write(tmp_path, with_key(key, text))
    config = load_config(tmp_path)
    assert getattr(config, key) == value
    assert config.lines[key] == 3


@pytest.mark.parametrize(
    ("key", "text"), [(key, text) for key, texts in REFUSED.items() for text in texts]
)
def test_a_value_of_the_wrong_type_is_named_with_its_line(
    key: str, text: str, tmp_path: Path
) -> None:
    write(tmp_path, with_key(key, text))
    ((file, line, what),) = problems(tmp_path)
    assert (file, line) == ("site.toml", 3)
    assert what.startswith(f"{key} ")


def test_what_is_not_given_has_a_default(tmp_path: Path) -> None:
    write(tmp_path, SITE)
    config = load_config(tmp_path)
    assert (config.language, config.time_zone, config.sanitize) == ("en", "UTC", False)
    assert (config.page_size, config.home_size, config.feed_size) == (20, 12, 50)
    assert (config.description, config.navigation, config.extra) == ("", (), {})
    assert config.publisher == "The Archive"
    assert config.zone.key == "UTC"
    assert config.file == "site.toml"


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, 'titel = "x"\nsanitize = 1\n')
    assert problems(tmp_path) == [
        ("site.toml", 0, "title is missing"),
        ("site.toml", 0, "url is missing"),
        ("site.toml", 1, 'unknown key "titel"'),
        ("site.toml", 2, "sanitize must be true or false, without quotes"),
    ]


def test_a_byte_order_mark_and_crlf_are_accepted(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_bytes(b"\xef\xbb\xbf" + SITE.replace("\n", "\r\n").encode())
    assert load_config(tmp_path).url == "https://archive.example/"


def test_a_project_is_configured_in_its_table_of_pyproject(tmp_path: Path) -> None:
    table = (
        f'[project]\nname = "x"\n\n[tool.site_builder]\n{SITE}[tool.site_builder.extra]\na = 1\n'
    )
    write(tmp_path, table, name="pyproject.toml")
    config = load_config(tmp_path)
    assert (config.title, config.file) == ("The Archive", "pyproject.toml")
    assert config.lines == {"title": 5, "url": 6, "extra": 7}
    assert config.extra == {"a": 1}


def test_a_pyproject_that_does_not_configure_the_site_is_passed_over(tmp_path: Path) -> None:
    write(tmp_path, '[project]\nname = "x"\n', name="pyproject.toml")
    write(tmp_path, SITE)
    assert load_config(tmp_path).file == "site.toml"
    (tmp_path / "site.toml").unlink()
    with pytest.raises(EnvironmentFault, match=r"has no site\.toml"):
        load_config(tmp_path)


def test_a_site_that_is_configured_twice_is_refused(tmp_path: Path) -> None:
    write(tmp_path, SITE)
    write(tmp_path, f"[tool.site_builder]\n{SITE}", name="pyproject.toml")
    assert problems(tmp_path) == [
        ("site.toml", 0, "the site is configured here and in pyproject.toml")
    ]


def test_a_configuration_that_is_a_folder_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "site.toml").mkdir()
    with pytest.raises(EnvironmentFault, match=r"cannot read .*site\.toml"):
        load_config(tmp_path)


def test_dates_in_extra_are_given_to_templates_as_text(tmp_path: Path) -> None:
    write(tmp_path, f"{SITE}[extra]\nfounded = {date(1998, 5, 1)}\n")
    assert load_config(tmp_path).extra == {"founded": "1998-05-01"}


@given(st.text(st.characters(codec="utf-8")))
def test_any_text_is_a_configuration_or_refused(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    root = tmp_path_factory.getbasetemp()
    write(root, text)
    last = text.count("\n") + 1
    with pytest.raises(ContentError) as caught:
        load_config(root)
    assert all(0 <= problem.line <= last for problem in caught.value.problems)


@given(st.text(st.sampled_from("title=url \n\"'[]{}#.5,-T:\\\u0645"), max_size=60))
def test_whatever_looks_like_toml_is_answered_in_a_line_that_it_has(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    root = tmp_path_factory.getbasetemp()
    write(root, SITE + text)
    lines = []
    try:
        assert load_config(root).title == "The Archive"
    except ContentError as error:
        lines = [problem.line for problem in error.problems]
    last = (SITE + text).count("\n") + 1
    assert all(0 <= line <= last for line in lines)
