"""The articles of the benchmark's archive, the same for every generator.

In: a seed, the number of articles, and which one. Out: an Article. Each is made from its own number
alone, so the 90,000th costs no more than the first. Never touches a file.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from bench.prose import item, matter, phrase, pick, sentence, title

WORDS = 480
FIRST = datetime(2015, 1, 1, 6, tzinfo=UTC)
SPAN = timedelta(days=3650)

CATEGORIES = (
    "Aerospace", "Arms Control", "Counterterrorism", "Cyber Security", "Defence and Security",
    "Diplomacy", "History", "Industry", "Law", "Maritime Security", "Peacekeeping", "Technology",
)  # fmt: skip
_FIELDS = (
    "Naval", "Border", "Air", "Arctic", "Coastal", "Regional", "Joint", "Civil", "Legal", "Nuclear",
    "Satellite", "Radar", "Harbour", "Overseas", "Reserve", "Multilateral", "Technical", "River",
    "Mountain", "Desert",
)  # fmt: skip
_SUBJECTS = (
    "Patrols", "Exercises", "Inspections", "Treaties", "Logistics", "Budgets", "Training",
    "Exports", "Missions", "Research",
)  # fmt: skip
TAGS = tuple(f"{field} {subject}" for field in _FIELDS for subject in _SUBJECTS)
_GIVEN = ("Amina", "Bela", "Carla", "Dorin", "Elif", "Farid", "Greta", "Hamid", "Ines", "Jonas")
_FAMILY = ("Almeida", "Brandt", "Qureshi", "Varga")
AUTHORS = tuple(f"{given} {family}" for given in _GIVEN for family in _FAMILY)


@dataclass(frozen=True)
class Article:
    """One article. `url` is `/2015/01/slug/`; `body` is Markdown that every generator knows."""

    title: str
    slug: str
    date: datetime
    categories: tuple[str, ...]
    tags: tuple[str, ...]
    author: str
    summary: str
    body: str

    @property
    def url(self) -> str:
        """The article's address, the same with every generator."""
        return _url(self.date, self.slug)


def make_article(number: int, count: int, seed: int) -> Article:
    """Return article `number` of an archive of `count`; number `count` is the next new one."""
    random = Random(f"{seed}/{number}")
    name = title(seed + number)
    return Article(
        title=name,
        slug=_slug(name),
        date=_date(number, count),
        categories=_some(random, CATEGORIES, 1, 2),
        tags=_some(random, TAGS, 3, 4),
        author=pick(random, AUTHORS),
        summary=sentence(random),
        body=_body(random, number, count, seed),
    )


def _date(number: int, count: int) -> datetime:
    return FIRST + timedelta(seconds=int(SPAN.total_seconds() * number / count))


def _slug(name: str) -> str:
    return name.lower().replace(" ", "-")


def _url(date: datetime, slug: str) -> str:
    return f"/{date:%Y/%m}/{slug}/"


def _some(random: Random, choices: tuple[str, ...], least: int, most: int) -> tuple[str, ...]:
    return tuple(random.sample(choices, random.randint(least, most)))


def _body(random: Random, number: int, count: int, seed: int) -> str:
    """Return about 480 words: paragraphs under a few headings, with what news prose has in it."""
    earlier = int(random.random() * number)
    links = [
        f"[{phrase(random)}](https://www.example.org/papers/{random.randint(100, 9999)})",
        f"[{phrase(random)}]({_url(_date(earlier, count), _slug(title(seed + earlier)))})",
    ]
    extras = [_list(random)]
    if number % 7 == 3:
        extras.append(_table(random))
    if number % 9 == 4:
        extras.append("> " + sentence(random))
    blocks = [_paragraph(random, 2)]
    words = len(blocks[0].split())
    while words < WORDS:
        if len(blocks) % 4 == 1:
            block = f"## The {phrase(random)} of {matter(random)}"
        elif extras and len(blocks) % 4 == 0:
            block = extras.pop()
        else:
            block = _paragraph(random, 3)
            if links:
                block += f" See the paper on {links.pop()}, which gives the details."
        blocks.append(block)
        words += len(block.split())
    if number % 5 == 2:
        blocks[0] += "[^1]"
        blocks.append("[^1]: " + sentence(random))
    return "\n\n".join(blocks) + "\n"


def _paragraph(random: Random, sentences: int) -> str:
    """Return some sentences, now and then with a few words in emphasis."""
    text = " ".join(sentence(random) for _ in range(sentences))
    if random.random() < 0.3:
        text += f" *{phrase(random).capitalize()}* is the term in use."
    if random.random() < 0.15:
        text += f" The point is **{phrase(random)}**."
    return text


def _list(random: Random) -> str:
    return "\n".join(f"- {item(random)}" for _ in range(random.randint(3, 5)))


def _table(random: Random) -> str:
    rows = ["| Subject | Planned | Done |", "|---|---|---|"]
    for _ in range(4):
        planned = random.randint(10, 90)
        rows.append(f"| {phrase(random)} | {planned} | {random.randint(1, planned)} |")
    return "\n".join(rows)
