"""Typed access to the front matter of one source.

Every method reports what is wrong, with its line, and returns a neutral value, so that one run
finds all faults of a source.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from site_builder.addresses import slugify
from site_builder.articles.dates import parse_date
from site_builder.articles.source import Mapping, Scalar, Sequence, Value
from site_builder.errors import Problem, nearest

_TRUTHS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
DATES = ("date", "updated", "embargo", "expires")
NOTHING = ("", "~", "null", "Null", "NULL")


class Fields:
    """Typed access; every method reports what is wrong and returns a neutral value."""

    def __init__(self, source: str, fields: Mapping, zone: ZoneInfo) -> None:
        self.source = source
        self.fields = fields
        self.zone = zone
        self.problems: list[Problem] = []

    def line(self, key: str) -> int:
        """Return the line of a key, or that of the front matter where it is absent."""
        return self.fields.lines.get(key, self.fields.line)

    def fault(self, key: str, what: str, hint: str = "") -> None:
        """Report a fault in the line of a key."""
        self.problems.append(Problem(self.source, self.line(key), what, hint))

    def fault_at(self, line: int, what: str, hint: str = "") -> None:
        """Report a fault in a line."""
        self.problems.append(Problem(self.source, line, what, hint))

    def closed_list(self, known: list[str], synonyms: dict[str, str]) -> None:
        """Report every key that is not known, with the one that was probably meant."""
        for key in self.fields.items:
            if key not in known:
                meant = synonyms.get(key.lower().replace("-", "_"))
                hint = f'did you mean "{meant}"?' if meant else nearest(key, known)
                hint = hint or 'own values go under "extra"'
                self.fault(key, f'unknown key "{key}"', hint)

    def given(self, key: str) -> Value | None:
        """Return the value of a key, or None where it is absent or empty."""
        value = self.fields.items.get(key)
        if isinstance(value, Scalar) and value.text.strip() in (NOTHING if value.plain else ("",)):
            return None
        return value

    def required(self, key: str, example: str) -> None:
        """Report a key that is absent or holds nothing."""
        value = self.given(key)
        if key not in self.fields.items:
            self.fault("", f"{key} is missing", f"add a line {example}")
        elif (
            value is None
            or (isinstance(value, Sequence) and not value.items)
            or (isinstance(value, Scalar) and not value.text.strip(" ,"))
        ):
            self.fault(key, f"{key} is empty", f"as in {example}")

    def text(self, key: str) -> str:
        """Return text on one line, empty where the key is absent."""
        value = self.given(key)
        return "" if value is None else self.scalar(value, key)

    def scalar(self, value: Value, name: str, item_of: str = "") -> str:
        """Return one value as text on one line."""
        if isinstance(value, Scalar):
            return " ".join(value.text.split())
        what = "a list" if isinstance(value, Sequence) else "a mapping"
        key = name.rpartition(" ")[2]
        hint = f"as in {key}: " + ("2025-08-20" if key in DATES else "...")
        hint = f"as in {item_of}: [One, Two]" if item_of else hint
        self.fault_at(value.line, f"{name} must be text, not {what}", hint)
        return ""

    def truth(self, key: str) -> bool:
        """Return true or false from any of the words that YAML 1.1 has for them."""
        value = self.given(key)
        if value is None:
            return False
        word = value.text.lower() if isinstance(value, Scalar) else ""
        if word not in _TRUTHS:
            self.fault(key, f"{key} must be true or false", f"as in {key}: true")
        return _TRUTHS.get(word, False)

    def date(self, key: str) -> datetime | None:
        """Return the moment that a key names."""
        value = self.given(key)
        return None if value is None else self.moment(value, key)

    def moment(self, value: Value, name: str) -> datetime | None:
        """Return the moment that a value names."""
        text = self.scalar(value, name)
        if not text:
            return None
        try:
            return parse_date(text, self.zone)
        except ValueError as error:
            hint = "as in 2025-08-20 or 2025-08-20 14:30 +0500"
            self.fault_at(value.line, f"{name}: {error}", hint)
            return None

    def choice(self, key: str, known: tuple[str, ...], default: str) -> str:
        """Return one of the known words."""
        word = self.text(key).lower()
        if not word:
            return default
        if word not in known:
            hint = nearest(word, known) or "one of " + ", ".join(known)
            self.fault(key, f'{key}: there is no "{word}"', hint)
            return default
        return word

    def terms(self, key: str) -> tuple[str, ...]:
        """Return names from a list or a comma-separated text, each once."""
        value = self.given(key)
        if value is None:
            return ()
        if isinstance(value, Mapping):
            self.fault(key, f"{key} must be a list, not a mapping", f"as in {key}: [One, Two]")
            return ()
        if isinstance(value, Scalar):
            names = [" ".join(name.split()) for name in value.text.split(",")]
        else:
            names = [self.scalar(item, f"an item of {key}", item_of=key) for item in value.items]
        unique: dict[str, str] = {}
        for name in filter(None, names):
            slug = slugify(name)
            if not slug:
                self.fault(key, f'nothing of "{name}" can stand in an address', "rename it")
            unique.setdefault(slug, name)
        return tuple(unique.values())

    def part(self, mapping: Mapping, name: str, key: str, *, required: bool = True) -> str:
        """Return text from a mapping."""
        value = mapping.items.get(key)
        text = self.scalar(value, f"{name} {key}") if value is not None else ""
        if required and not text:
            what = f"{name} has no {key}" if value is None else f"{name} {key} is empty"
            if value is None or isinstance(value, Scalar):
                self.fault_at(mapping.lines.get(key, mapping.line), what, f"add {key}: ...")
        return text

    def known(self, mapping: Mapping, name: str, keys: tuple[str, ...]) -> None:
        """Report keys of a mapping that are not known."""
        for key in mapping.items:
            if key not in keys:
                hint = nearest(key, keys) or "the keys are " + ", ".join(keys)
                self.fault_at(mapping.lines[key], f'{name}: unknown key "{key}"', hint)

    def records(self, key: str, keys: tuple[str, ...]) -> list[Mapping]:
        """Return the mappings of a list, or the one mapping that stands in its place."""
        value = self.given(key)
        if value is None:
            return []
        example = f"as in {key}: [{{" + ", ".join(f"{part}: ..." for part in keys) + "}]"
        items = value.items if isinstance(value, Sequence) else [value]
        found = []
        for item in items:
            if not isinstance(item, Mapping):
                what = f"each item of {key} must have " + " and ".join(keys)
                self.fault_at(item.line, what, example)
                continue
            self.known(item, key, keys)
            found.append(item)
        return found
