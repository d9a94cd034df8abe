"""A config that is no TOML, or not in UTF-8, is told at its line with what to do."""

import codecs
from pathlib import Path

import pytest

from publisher.config import load
from publisher.errors import ConfigError
from tests.config.shipped import SHIPPED


def said_of(content: bytes, tmp_path: Path) -> str:
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as raised:
        load(path, {})
    return str(raised.value).replace(f"{tmp_path}/", "")


@pytest.mark.parametrize("content", [codecs.BOM_UTF8 + SHIPPED.encode(), SHIPPED.replace("\n", "\r\n").encode()])
def test_a_byte_order_mark_and_line_ends_do_not_matter(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)

    assert load(path, {}) == load(path, {})


@pytest.mark.parametrize(("encoding", "place"), [("latin-1", ":2"), ("utf-16", ""), ("utf-16-le", "")])
def test_another_encoding_is_to_be_utf_8(encoding: str, place: str, tmp_path: Path) -> None:
    content = '[publication]\nname = "Periódico"\n'.encode(encoding)

    assert said_of(content, tmp_path) == f"config.toml{place}: is not UTF-8; save it as UTF-8"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[web]\nport = 1\n\nport = 2\n", "4: web.port: is given twice, first in line 2; keep one"),
        ("[web]\nport = 1\nport = 2", "3: web.port: is given twice, first in line 2; keep one"),
        ("[web]\nport = 1\n[feeds]\n[web]\n", "4: web: is given twice, first in line 1; keep one"),
        ("[web]\n[[web]]\n", "2: web: is given twice; keep one"),
        ("a = { b = 1, b = 2 }", "1: is not TOML: duplicate inline table key 'b'; keep one"),
        ("[web]\nhost = fri 09:00\n", '2: is not TOML: invalid value; write a text in quotes, as "fri 09:00"'),
        ('[web]\nhost = "x\n', "2: is not TOML: illegal character '\\n'; close the quote on the line"),
        ("[web]\nhost\n", "2: is not TOML: expected '=' after a key"),
        ("[web\n", "1: is not TOML: expected ']' at the end of a table declaration; close the header"),
        ("a = [1\nb = 2\n", "2: is not TOML: unclosed array; put commas between the items and ] behind them"),
    ],
)
def test_what_is_no_toml_is_told_at_its_line(text: str, said: str, tmp_path: Path) -> None:
    assert said_of(text.encode(), tmp_path).startswith(f"config.toml:{said}")
