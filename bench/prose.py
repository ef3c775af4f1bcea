"""Sentences for an archive that nobody wrote: dull, grammatical, and always the same for a seed.

In: a random number generator. Out: titles, sentences, paragraphs of plain text. Never reads a file
or the clock. Nobody and nothing in these sentences is real.
"""

import re
from random import Random
from typing import TypeVar

Item = TypeVar("Item")


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split("|"))


_WORDS: dict[str, tuple[str, ...]] = {
    "actor": _split(
        "the joint commission|the northern command|the coast guard|the defence ministry|"
        "the inspection team|the port authority|the regional council|the drafting committee|"
        "the monitoring mission|the air staff|the survey office|the liaison group|"
        "the parliamentary committee|the border service|the logistics agency|the training centre|"
        "the signals directorate|the treaty secretariat|the procurement board|the harbour master|"
        "the audit office|the technical panel|the naval staff|the host government|"
        "the standing conference|the research institute|the engineering corps|the rescue centre|"
        "the radar station|the verification unit"
    ),
    "deed": _split(
        "published|reviewed|postponed|approved|described|signed|presented|completed|financed|"
        "questioned|welcomed|extended|amended|circulated|summarised|recorded|discussed|inspected|"
        "replaced|renewed|translated|defended|outlined|corrected|delivered"
    ),
    "thing": _split(
        "the annual report|the patrol schedule|the maintenance contract|the inspection protocol|"
        "the list of exemptions|the budget proposal|the exchange of letters|the radar survey|"
        "the training programme|the notification procedure|the draft agreement|the supply route|"
        "the cooperation plan|the register of transfers|the safety manual|the search plan|"
        "the communications link|the ceasefire arrangement|the shipping advisory|"
        "the verification annex|the reserve roster|the exercise calendar|the satellite images|"
        "the storage site|the export licence|the minutes of the meeting|the navigation charts|"
        "the joint statement|the spare parts|the legal opinion"
    ),
    "place": _split(
        "in the capital|along the northern coast|at the eastern border|near the main harbour|"
        "in the southern strait|at the training ground|outside the old fortress|in the port city|"
        "at the inland air base|on the disputed island|across the river valley|in the highlands|"
        "at the customs post|in the contested waters|beside the railway junction|"
        "in the border district|at the headquarters|on the western plain"
    ),
    "time": _split(
        "last spring|in the first quarter|earlier this year|after two rounds of talks|"
        "before the summer recess|over the past decade|during the exercise|in late autumn|"
        "within ninety days|at the end of the month|since the last review|for the third time|"
        "on the second day|in the following weeks"
    ),
    "reason": _split(
        "because the earlier text left a gap|since the figures could not be compared|"
        "although no deadline had been set|as the rules of the conference require|"
        "while the question of cost stayed open|even though two members abstained|"
        "after the weather had delayed the survey|so that the work could go on|"
        "where the old agreement was silent|until a common standard is found|"
        "without naming the source of the delay|before the mandate came to an end"
    ),
    "quality": _split(
        "modest|technical|gradual|limited|practical|costly|unusual|detailed|cautious|routine|"
        "temporary|formal|regional|quiet|lasting|partial"
    ),
    "matter": _split(
        "transparency|readiness|coordination|maintenance|verification|training|supply|"
        "surveillance|funding|access|oversight|recruitment|navigation|communication|safety|"
        "storage|transport|reporting"
    ),
    "people": _split(
        "officials|inspectors|members|delegates|engineers|observers|crews|analysts|planners|"
        "commanders|lawyers|interpreters|pilots|instructors"
    ),
    "says": _split(
        "say|expect|admit|note|believe|argue|recall|stress|report|conclude"
    ),
    "amount": _split(
        "two|three|four|five|six|eight|a dozen|fourteen|twenty|some thirty|about forty|"
        "nearly a hundred|several|sixteen"
    ),
}  # fmt: skip

_SENTENCES = (
    "{Actor} {deed} {thing} {place}, {reason}.",
    "{Time}, {actor} {deed} {thing} {place}.",
    "{People} {says} that {thing} will remain a {quality} part of {matter} for some years.",
    "Of {amount} proposals, only the one on {matter} was {deed} by {actor}.",
    "There is a {quality} difference between {matter} and {matter}, {reason}.",
    "{Actor} keeps {amount} {people} {place}, and {actor} keeps rather more.",
    "What {people} {says} in private about {thing} is less {quality} than the public record.",
    "{Thing} was {deed} {time}, {reason}.",
    "Neither {actor} nor {actor} {deed} {thing} {time}.",
    "The {quality} progress on {matter} owes much to {people} who worked {place} {time}.",
    "It was {actor} that first {deed} {thing}, {reason}, and {actor} followed {time}.",
    "A {quality} arrangement for {matter} would need {amount} {people} and a budget of its own.",
    "For {people} {place}, {matter} matters more than {thing}.",
    "{Actor} and {actor} share {thing}, but each keeps its own record of {matter}.",
    "Whether to call {thing} {quality} is a question that {people} leave to {actor}.",
    "{People} {says} so openly; {actor} {deed} {thing} {time} all the same.",
)
_TITLE_PARTS = (
    _split(
        "Commission|Council|Ministry|Coast Guard|Navy|Air Force|Parliament|Secretariat|Mission|"
        "Conference|Agency|Committee|Port Authority|Border Service|Institute|Command|Inspectors|"
        "Delegates|Auditors|Engineers|Observers|Planners|Shipowners|Mediators|Neighbours|"
        "Instructors|Pilots|Surveyors|Negotiators|Lawyers|Archivists"
    ),
    _split(
        "Reviews|Signs|Postpones|Extends|Questions|Renews|Amends|Welcomes|Publishes|Defends|"
        "Outlines|Completes|Debates|Approves|Tests|Funds|Explains|Revises|Suspends"
    ),
    _split(
        "Patrol|Inspection|Training|Radar|Supply|Export|Rescue|Transit|Storage|Escort|Survey|"
        "Licence|Reserve|Harbour|Satellite|Convoy|Ceasefire|Safety|Customs|Transfer|Airspace|"
        "Mine Clearance|Signals"
    ),
    _split(
        "Plan|Rules|Report|Agreement|Schedule|Register|Budget|Protocol|Mandate|Contract|"
        "Programme|Charter|Timetable"
    ),
    _split(
        "in the North|in the Strait|for the Coast|at the Border|after Talks|before the Vote|"
        "in the Highlands|on the River|for the Islands|at Sea|under Review"
    ),
)  # fmt: skip
_TITLE_STEP = 1_000_003
"""A prime that divides no product of the numbers of parts, so the walk meets each title once."""

_SLOT = re.compile(r"\{(\w+)\}")
_PATTERNS = tuple(tuple(_SLOT.split(pattern)) for pattern in _SENTENCES)


def title(number: int) -> str:
    """Return the title with this number; the first 1.9 million all differ."""
    total = 1
    for part in _TITLE_PARTS:
        total *= len(part)
    rest = number * _TITLE_STEP % total
    words = []
    for part in _TITLE_PARTS:
        rest, index = divmod(rest, len(part))
        words.append(part[index])
    return " ".join(words)


def sentence(random: Random) -> str:
    """Return one sentence of about 15 words."""
    pieces = list(pick(random, _PATTERNS))
    for slot in range(1, len(pieces), 2):
        name = pieces[slot]
        word = pick(random, _WORDS[name.lower()])
        pieces[slot] = word[0].upper() + word[1:] if name[0].isupper() else word
    return "".join(pieces)


def phrase(random: Random) -> str:
    """Return a few words that can stand alone, as in a heading or the text of a link."""
    return f"{pick(random, _WORDS['quality'])} {pick(random, _WORDS['matter'])}"


def item(random: Random) -> str:
    """Return what a list can hold, without a full stop."""
    return f"{pick(random, _WORDS['thing'])} {pick(random, _WORDS['place'])}"


def matter(random: Random) -> str:
    """Return one abstract noun."""
    return pick(random, _WORDS["matter"])


def pick(random: Random, choices: tuple[Item, ...]) -> Item:
    """Return one of the choices; a good deal faster than `Random.choice`."""
    return choices[int(random.random() * len(choices))]
