"""What is wrong with a value, in our words: what was found, what is expected, and the nearest that is valid."""

import difflib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic_core import ErrorDetails

from publisher.config import environment, fields
from publisher.config.given import Given
from publisher.config.positions import Path
from publisher.config.table import MISTAKE
from publisher.config.whole import Settings

_LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in the config: where it is, and what is said of it."""

    path: Path
    words: str


def nearest(word: str, known: Iterable[str]) -> str:
    """Say which of the known words was meant, or which there are."""
    known = list(known)
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return f"did you mean {shown(close[0])}?" if close else f"expected one of {', '.join(known)}"


def shown(value: Any) -> str:
    """Give a value on one line, shortened, without the password of an address."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    text = re.sub(r"(://[^:/@]*):.*@", r"\1:…@", text)
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 3] + "…"


def mistakes_in(details: list[ErrorDetails], given: Given) -> Iterator[Mistake]:
    """Say what pydantic found; what it says of a list because an item was already refused is left out."""
    paths = [detail["loc"] for detail in details]
    for detail in details:
        path = detail["loc"]
        if detail["type"] == "too_short" and any(other[: len(path)] == path != other for other in paths):
            continue
        if detail["type"] == MISTAKE:
            yield Mistake((*path, detail["ctx"]["key"]), detail["ctx"]["words"])
        else:
            yield Mistake(path, _words(detail, given))


def _words(detail: ErrorDetails, given: Given) -> str:
    kind, path, value = detail["type"], detail["loc"], detail["input"]
    message = detail["msg"].removeprefix("Value error, ")
    if kind == "extra_forbidden":
        table = fields.table_in(field.annotation) if (field := fields.field_at(Settings, path[:-1])) else None
        return f"is not a key; {nearest(str(path[-1]), fields.keys_of(table or Settings))}"
    if kind == "missing":
        header = fields.header(Settings, path)
        return f"is missing; add {header or 'it'}"
    if kind == "value_error":
        return f"{shown(value)} {message}" if isinstance(value, str) and not _is_secret(path) else message
    if kind == "too_short":
        return f"is empty; {_one_item(path)}"
    remedy = _REMEDIES.get(kind)
    expected = remedy(detail, given) if remedy else f"{message[:1].lower()}{message[1:]}"
    return f"found {'a secret' if _is_secret(path) else shown(value)}; {expected}"


def _is_secret(path: Path) -> bool:
    field = fields.field_at(Settings, path)
    return field is not None and "SecretStr" in repr(field.annotation)


def _one_item(path: Path) -> str:
    return f"add {header}" if (header := fields.header(Settings, path)) else 'give at least one, as ["en"]'


def _list(detail: ErrorDetails, given: Given) -> str:
    path, value = detail["loc"], detail["input"]
    header = fields.header(Settings, path)
    if given.variable(path):
        items = [part.strip() for part in value.split(",")] if isinstance(value, str) and "[" not in value else ["…"]
        example = '[{"name": "…", …}]' if header else json.dumps(items, ensure_ascii=False)
        return f"a list is given as JSON, as {environment.variable_for(path)}='{example}'"
    if header:
        return f"{'is one table' if isinstance(value, dict) else 'is no list of tables'}; write {header} for each"
    return f"write a list: [{shown(value)}]" if isinstance(value, str) else 'write a list, as ["en"]'


def _table(detail: ErrorDetails, given: Given) -> str:
    path = detail["loc"]
    if given.variable(path):
        variable = environment.variable_for(path)
        return f"a table is given as JSON, as {variable}='{{…}}', or by a variable for each key, as {variable}__…"
    many = isinstance(detail["input"], list)
    return f"{'is a list of tables' if many else 'is no table'}; write {fields.header(Settings, path)}"


def _texts(detail: ErrorDetails, given: Given) -> str:
    field = fields.field_at(Settings, detail["loc"])
    if field and not fields.is_per_language(field.annotation):
        return 'write a table, as JSON: \'{"name": "…"}\'' if given.variable(detail["loc"]) else "write { name = … }"
    if given.variable(detail["loc"]):
        return 'write one text, or a text for each language as JSON: \'{"en": "News", "es": "Noticias"}\''
    return 'write one text in quotes, or one for each language: { en = "News", es = "Noticias" }'


def _number(what: str) -> Callable[[ErrorDetails, Given], str]:
    def say(detail: ErrorDetails, given: Given) -> str:
        value = detail["input"]
        is_quoted = isinstance(value, str) and re.fullmatch(r"-?[\d_.]+|true|false", value)
        return f"write {what}{' without quotes' if is_quoted and not given.variable(detail['loc']) else ''}"

    return say


def _bound(before: str, key: str, after: str = "") -> Callable[[ErrorDetails, Given], str]:
    return lambda detail, _: f"write {before}{detail['ctx'][key]:g}{after}"


def _choice(detail: ErrorDetails, _: Given) -> str:
    choices = [shown(choice) for choice in re.findall(r"'([^']*)'", detail["ctx"]["expected"])]
    return f"write {' or '.join(filter(None, (', '.join(choices[:-1]), choices[-1])))}"


def _text(detail: ErrorDetails, _: Given) -> str:
    value = detail["input"]
    is_plain = isinstance(value, int | float) and not isinstance(value, bool)
    return f'write it in quotes: "{value}"' if is_plain and not _is_secret(detail["loc"]) else "write a text in quotes"


def _day(_detail: ErrorDetails, _given: Given) -> str:
    return "write a day, as 2026-11-20"


_REMEDIES: dict[str, Callable[[ErrorDetails, Given], str]] = {
    "tuple_type": _list,
    "date_type": _day,
    "date_from_datetime_parsing": _day,
    "date_from_datetime_inexact": _day,
    "model_type": _table,
    "model_attributes_type": _table,
    "dict_type": _texts,
    "string_type": _text,
    "path_type": _text,
    "int_type": _number("a whole number"),
    "float_type": _number("a number"),
    "finite_number": _number("a number that ends"),
    "bool_type": _number("true or false"),
    "literal_error": _choice,
    "greater_than": _bound("a number above ", "gt"),
    "greater_than_equal": _bound("", "ge", " or more"),
    "less_than": _bound("a number below ", "lt"),
    "less_than_equal": _bound("", "le", " or less"),
}
