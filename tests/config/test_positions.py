"""Lines of keys are those that a person counts, however the TOML is written."""

from publisher.config.positions import lines_of_keys

TEXT = """\
# a comment with = in it
[publication]
name = "x"

languages = [
    "en",   # with = a comment
    "es",
]
[delivery.smtp]
"port" = 25
[[sources]]
name = "a"
[[sources]]
name = '''
[not a header]
'''
title.en = "T"
[[newsletters]]
key = "n"
[[newsletters.sections]]
key = "s"
[[newsletters.sections]]
key = "t"
[[newsletters]]
[[newsletters.sections]]
key = "u"
"""


def test_each_key_has_its_line() -> None:
    lines = lines_of_keys(TEXT)

    assert lines["publication",] == 2
    assert lines["publication", "name"] == 3
    assert lines["publication", "languages"] == 5
    assert lines["delivery", "smtp", "port"] == 10
    assert lines["sources", 0, "name"] == 12
    assert lines["sources", 1, "name"] == 14
    assert lines["sources", 1, "title", "en"] == 17
    assert lines["newsletters", 0, "sections", 1, "key"] == 23
    assert lines["newsletters", 1, "sections", 0, "key"] == 26
    assert ("not a header",) not in lines


def test_a_table_stands_where_the_first_of_it_or_in_it_does() -> None:
    lines = lines_of_keys(TEXT)

    assert lines["sources",] == 11
    assert lines["newsletters", 0, "sections"] == 20
    assert lines["delivery",] == 9


def test_lines_end_only_where_toml_ends_them() -> None:
    assert lines_of_keys('a = "x\u2028y"\nb = 1')["b",] == 2
