"""The front matter of a file: its fields, whatever they are written in, and the text below it.

It may be YAML between `---`, TOML between `+++`, a JSON object, or lines like `Title: …` before the first empty one.
All its values are texts, as they stand there: in YAML a title may look like a number, and Norwegian (`no`) like a lie.
Names are compared without letter case, and those of fields without hyphens and underscores: `publishDate` is
`publish_date`.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

import frontmatter
import yaml
from frontmatter.default_handlers import BaseHandler

from publisher import markup
from publisher.errors import UnreadableInput

Value = str | list["Value"] | dict[str, "Value"]
Fields = Mapping[str, Value]

_LONGEST = 20_000
"""Characters; those that newsrooms write have a tenth."""
_DEEPEST = 20
_LONGEST_KEY = re.compile(r"(?<![\w.-])(?:[\w-]++\s*+\.\s*+){20}")
"""A dotted key of TOML, in which the parser takes cubic time."""
_READER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_NOTHING = ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True, slots=True)
class Document:
    """A file's fields and its Markdown; `fields` is empty where it has no front matter."""

    fields: Fields
    body: str


def read(text: str) -> Document:
    """Read a file's text.

    What themes of Hugo and Zola keep in tables of their own (`params`, `extra`, `taxonomies`) counts like the rest.

    Raises:
        UnreadableInput: when the front matter cannot be read, with the reason alone.
    """
    text = re.sub(r"\r\n?", "\n", markup.valid_xml(text)).strip()
    handler = frontmatter.detect_format(text, _HANDLERS)
    if handler is None:
        return Document({}, text)
    found, body = frontmatter.parse(text, handler=handler)
    fields = _plain(found, 0)
    if not isinstance(fields, dict):
        return Document({}, text)
    tables = (fields.get(name) for name in ("extra", "params", "taxonomies"))
    inner = {_folded(name): value for table in tables if isinstance(table, dict) for name, value in table.items()}
    return Document({**inner, **{_folded(name): value for name, value in fields.items()}}, body)


def text(fields: Fields, *names: str) -> str:
    """Give the first of the fields that is a text with words, on one line."""
    found = (fields.get(name) for name in names)
    return next((" ".join(value.split()) for value in found if isinstance(value, str) and value.strip()), "")


def table(fields: Fields, *names: str) -> Fields:
    """Give the first of the fields that has fields of its own; an empty one where none has."""
    found = (fields.get(name) for name in names)
    return next((value for value in found if isinstance(value, dict) and value), {})


def several(fields: Fields, *names: str) -> list[Value]:
    """Give the values of the first of the fields that has any; a list of one where it is no list."""
    found = (fields.get(name) for name in names)
    value = next((value for value in found if value), [])
    return value if isinstance(value, list) else [value]


def says(fields: Fields, name: str, *words: str) -> bool:
    """Whether a field is one of these words, in any letter case."""
    return text(fields, name).lower() in words


YES, NO = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


def _plain(value: Any, depth: int) -> Value:
    if depth > _DEEPEST:
        raise UnreadableInput(f"its front matter is nested deeper than {_DEEPEST} levels; write it flat")
    if isinstance(value, Mapping):
        return {str(name).strip().lower(): _plain(inner, depth + 1) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner, depth + 1) for inner in value]
    if isinstance(value, date | time):
        return value.isoformat()
    try:
        return "" if value is None else str(value)
    except ValueError as error:  # Python writes no number of more than 4,300 digits
        raise UnreadableInput("its front matter has a number of thousands of digits; mend it") from error


def _folded(name: str) -> str:
    return re.sub(r"[\W_]++", "", name)


def _checked(written: str) -> str:
    if len(written) > _LONGEST:
        raise UnreadableInput(f"its front matter has more than {_LONGEST} characters; write the text below it")
    return written


def _unreadable(form: str, why: str) -> UnreadableInput:
    said = markup.one_line(why)[:200]
    return UnreadableInput(f"its front matter cannot be read as {form} ({said}); mend it, with its texts in quotes")


class _Yaml(BaseHandler):
    FM_BOUNDARY = re.compile(r"^-{3,}[ \t]*+$", re.MULTILINE)

    def load(self, fm: str) -> Any:
        """Compose the tree without making objects of it: every scalar stays the text it is."""
        try:
            return _of_node(yaml.compose(_checked(fm), Loader=_READER), set(), 0)
        except yaml.MarkedYAMLError as error:
            line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
            raise _unreadable("YAML", f"{error.problem}{line}") from error
        except (yaml.YAMLError, RecursionError) as error:
            raise _unreadable("YAML", str(error)) from error


def _of_node(node: Any, seen: set[int], depth: int) -> Any:
    """Give the values of a node. A list that stands at two places by an alias is refused: so bombs are built."""
    if node is None or isinstance(node, yaml.ScalarNode):
        return None if node is None or (not node.style and node.value in _NOTHING) else node.value
    if id(node) in seen or depth > _DEEPEST:
        raise UnreadableInput("its front matter repeats a list by its name or is nested too deep; write it flat")
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        return [_of_node(inner, seen, depth + 1) for inner in node.value]
    named = ((key.value, value) for key, value in node.value if isinstance(key, yaml.ScalarNode))
    return {name: _of_node(value, seen, depth + 1) for name, value in named}


class _Toml(BaseHandler):
    FM_BOUNDARY = re.compile(r"^\+{3,}[ \t]*+$", re.MULTILINE)

    def load(self, fm: str) -> Any:
        if _LONGEST_KEY.search(_checked(fm)):
            raise UnreadableInput("its front matter has a key of twenty parts; write it flat")
        try:
            return tomllib.loads(fm)
        except (ValueError, RecursionError) as error:
            raise _unreadable("TOML", str(error)) from error


class _Json(BaseHandler):
    FM_BOUNDARY = re.compile(r'\{\s*+["}]')

    def split(self, text: str) -> tuple[str, str]:
        """Split where the object ends; one that cannot be read is all there is."""
        try:
            _, end = json.JSONDecoder().raw_decode(text)
        except (ValueError, RecursionError):
            return text, ""
        return text[:end], text[end:]

    def load(self, fm: str) -> Any:
        try:
            return json.loads(_checked(fm))
        except (ValueError, RecursionError) as error:
            raise _unreadable("JSON", str(error)) from error


class _Header(BaseHandler):
    """Lines of names and texts without a mark around them, as Pelican and MultiMarkdown read them."""

    FM_BOUNDARY = re.compile(r"(?:title|date)[ \t]*+:[ \t]*+\S", re.IGNORECASE)

    def split(self, text: str) -> tuple[str, str]:
        header, _, body = text.partition("\n\n")
        return header, body

    def load(self, fm: str) -> Any:
        lines = re.findall(r"^([A-Za-z][\w -]{0,40}):(.*(?:\n[ \t]+.*)*)", _checked(fm), re.MULTILINE)
        return dict(lines)


_HANDLERS = (_Yaml(), _Toml(), _Json(), _Header())
