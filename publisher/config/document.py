"""The text of a config file as values, or the mistake that keeps it from being TOML, at its line."""

import codecs
import re
import tomllib
from pathlib import Path
from typing import Any

from publisher.config.positions import lines_of_keys
from publisher.errors import ConfigError

_SHIPPED = Path(__file__).parents[1] / "demo" / "shipped.toml"
"""The config as it was shipped, in a checkout as in an installed package."""

_WHERE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_TWICE = re.compile(r"overwrite a value|declare .* twice|redefine|mutate immutable")
_REMEDIES = {
    "Invalid value": 'write a text in quotes, as "fri 09:00"',
    "Expected '='": "write the key, = and its value",
    "Illegal character '\\n'": "close the quote on the line where the text begins",
    "Unterminated string": "close the quote on the line where the text begins",
    "Unclosed array": "put commas between the items and ] behind them",
    "Unclosed inline table": "put commas between the items and } behind them",
    "Expected newline": "write one key a line, and a text in one pair of quotes",
    'Expected "\'"': "close the quote on the line where the text begins",
    "Unescaped": "write \\\\ for a backslash, or the text in single quotes",
    "Duplicate inline": "keep one",
    "declaration": "close the header with ], or ]] where it has [[",
}


def read_text(path: Path) -> str:
    """Read a file as the UTF-8 it must be, with or without a byte order mark.

    Raises:
        ConfigError: when it cannot be read, or is written in another encoding.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be read ({error.strerror}); name the config with --config, or copy {_SHIPPED} there "
            "and edit it"
        ) from error
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in content:
        raise ConfigError(f"{path}: is not UTF-8; save it as UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ConfigError(f"{path}:{line}: is not UTF-8; save it as UTF-8") from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def parse(text: str, path: Path) -> dict[str, Any]:
    """Give the values of a TOML text.

    Raises:
        ConfigError: at the line where it stops being TOML; a key given twice by its name.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = str(error)
        where = _WHERE.search(said)
        number = int(where[1]) if where and where[1] else text.rstrip("\n").count("\n") + 1
        said = _WHERE.sub("", said)
        words = (_twice(text, number) if _TWICE.search(said) else None) or _no_toml(said)
        raise ConfigError(f"{path}:{number}: {words}") from error


def _no_toml(said: str) -> str:
    remedy = next((remedy for words, remedy in _REMEDIES.items() if words in said), "see toml.io for how it is written")
    return f"is not TOML: {said[:1].lower()}{said[1:]}; {remedy}"


def _twice(text: str, number: int) -> str | None:
    """Say which key ends at a line that was given before, and where that was."""
    lines = text.split("\n")
    key, began = max(lines_of_keys("\n".join(lines[:number])).items(), key=lambda found: (found[1], len(found[0])))
    name = ".".join(part for part in key if isinstance(part, str))
    first = lines_of_keys("\n".join(lines[: began - 1])).get(key)
    before = f", first in line {first}" if first else ""
    return f"{name}: is given twice{before}; keep one"
