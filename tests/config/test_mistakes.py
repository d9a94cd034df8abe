"""A value of the wrong form or kind is told in our words: what was found, what to write."""

import re
from pathlib import Path

import pytest

from publisher.config import load
from publisher.config.positions import lines_of_keys
from publisher.errors import ConfigError
from tests.config.shipped import SHIPPED, Told

WRONG_VALUES = ("true", "5", "nan", '"x y"', "[]", "[{}]", "{}", "1979-05-27")
PYDANTICS_WORDS = re.compile(r"nput should|nput is|valid (tuple|dict|string|integer|number|boolean)|instance of|Value")
A_MISTAKE = re.compile(r"config\.toml(:\d+)?: [\w .-]+: .+")
IN_NEWS = "newsletters.the-organization.sections.news"


def sentences(path: Path) -> list[str]:
    try:
        load(path, {})
    except ConfigError as error:
        return str(error).replace(f"{path.parent}/", "").split("\n")
    return []


@pytest.mark.parametrize("wrong", WRONG_VALUES)
def test_no_key_with_a_wrong_value_is_told_in_a_librarys_words(wrong: str, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    shipped = SHIPPED.split("\n")
    for line in sorted(set(lines_of_keys(SHIPPED).values())):
        changed = shipped.copy()
        changed[line - 1] = re.sub("=.*", f"= {wrong}", changed[line - 1])
        path.write_text("\n".join(changed), encoding="utf-8")
        for sentence in sentences(path):
            assert A_MISTAKE.fullmatch(sentence)
            assert not PYDANTICS_WORDS.search(sentence)


@pytest.mark.parametrize(
    ("found", "wrong", "said"),
    [
        ("[[sources]]", "[sources]", "32: sources: found {…; is one table; write [[sources]] for each"),
        ("[publication]", "[[publication]]", "7: publication: found [{…; is a list of tables; write [publication]"),
        ('["en", "es"]', '"en"', '13: publication.languages: found "en"; write a list: ["en"]'),
        ("entries = 50", "entries = true", "228: feeds.entries: found true; write a whole number"),
        ("entries = 50", 'entries = "50"', '228: feeds.entries: found "50"; write a whole number without quotes'),
        ("entries = 50", "entries = 5000", "228: feeds.entries: found 5000; write 1000 or less"),
        ("= 0.5", "= inf", "260: fetch.pause_seconds: found Infinity; write a number that ends"),
        (
            "everything_else = true",
            "everything_else = 1",
            "148: newsletters.the-organization.sections.more.everything_else: found 1; write true or false",
        ),
        ('"site"', "2024", '34: sources.1.name: found 2024; write it in quotes: "2024"'),
        ('"site"', '" "', '34: sources.1.name: " " is empty; write a text'),
        ('["en", "es"]', '["en", "en"]', '13: publication.languages: has "en" twice; write it once'),
        ('"fri 09:00"', '"""fri\n9"""', '89: newsletters.the-organization.schedule: "fri\\n9" is not a time; …'),
        (
            'key = "news"',
            f'key = "{"n" * 41}"',
            f"140: …{'n' * 41}.key: … is longer than 40 characters; give a shorter key",
        ),
        ("by-nc/4.0", "by-nc/9.9", '59: license.url: "…/by-nc/9.9/" names a version that does not exist; …3.0, 4.0; …'),
        ("by-nc/4.0", "by-sa-nc/4.0", "59: license.url: … is no Creative Commons license; write …"),
        (
            "allow_hosts = []",
            'allow_hosts = ["http://a.example:80/x"]',
            '…: "…" is not a host; … alone, as "a.example"',
        ),
        ("///var/publisher.db", "///:memory:", "27: database.url: … would be another database for each connection; …"),
        (
            "///var/publisher.db",
            "//",
            '27: database.url: "sqlite://" names no file; write "sqlite:///var/publisher.db"',
        ),
        ("sqlite:///", "postgres://ana:hush@x/", '27: database.url: "postgres://ana:…@x/…" is not a known database; …'),
        ("[web]", '[web]\nsecret_file = ""', '231: web.secret_file: "" names no file; write its path, …'),
        ("[web]", "[web]\nsecret = 12345", "231: web.secret: found a secret; write a text in quotes"),
        ("[engine]", '[engine]\n"a\\nb" = 1', '267: engine."a\\nb": is not a key; expected one of kind'),
        ('from = "', 'sender = "', "150: delivery.from: is missing; add it"),
        ('categories = ["News", "Noticias"]', "", f"139: {IN_NEWS}.categories: names none; …"),
    ],
)
def test_a_mistake_says_what_was_found_and_what_to_write(told: Told, found: str, wrong: str, said: str) -> None:
    """An ellipsis in `said` stands for anything."""
    pattern = ".+".join(map(re.escape, f"config.toml:{said}".split("…")))

    assert re.fullmatch(pattern, told(found, wrong)[0]), told(found, wrong)


def test_a_key_of_the_code_is_none_of_the_file(told: Told) -> None:
    assert told("[publication]", 'folder = "x"\n[publication]')[0].startswith("config.toml:7: folder: is not a key")
