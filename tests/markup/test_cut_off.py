import pytest

from publisher import markup

PAGE = "https://estuary.example.org/port-audit/"


@pytest.mark.parametrize(
    "excerpt",
    [
        "<p>The port is […]</p>",
        "<p>The port is [&hellip;]</p>",
        "<p>The port is [...]</p>",
        "<p>The port is…</p>",
        "<p>The port is &#8230; <a href='/x'>Read more</a></p>",
        "<p>The port is…Read more</p>",
        "<p>The port is ... leer más »</p>",
        "<p>The port is [&hellip;]</p><p><a href='/x'>Continue reading Port audit</a></p>",
    ],
)
def test_an_excerpt_breaks_off(excerpt: str) -> None:
    assert markup.is_cut_off(excerpt)


@pytest.mark.parametrize(
    "whole",
    [
        "",
        "<p>The port is open.</p>",
        "<p>He waited … and left.</p>",
        "<p>Really…?</p>",
        "<p>“And then…”</p>",
        "<p>Children who read more know more.</p>",
        "<p>The quote “[…]” was cut.</p>" + "<p>It says more.</p>" * 20,
    ],
)
def test_a_whole_text_does_not(whole: str) -> None:
    assert not markup.is_cut_off(whole)


@pytest.mark.parametrize("piece", ["<p>words</p>", "words ", '<a href="x">y</a>', "<div>"])
def test_a_text_beyond_the_caps_is_cut_off_and_says_so(piece: str) -> None:
    cleaned = markup.clean(piece * 60_000, PAGE)

    assert piece == "<div>" or markup.is_cut_off(cleaned)
    assert len(cleaned) < 1_000_000


def test_a_long_report_is_whole() -> None:
    report = "<p>The port is open, and nobody knows since when it has been so.</p>\n" * 4_000

    assert markup.clean(report, PAGE) == report


def test_addresses_do_not_grow_by_a_long_base() -> None:
    cleaned = markup.clean('<a href="x">y</a>' * 6_000, f"{PAGE}{'a' * 1900}/")

    assert len(cleaned) < 500_000
    assert cleaned.startswith("<a>y</a>")


def test_formatting_that_hides_its_end_in_an_attribute_is_not_repeated_for_ever() -> None:
    cleaned = markup.clean("".join(f'<p><b a="</b>" id={number}>' for number in range(2_000)), PAGE)

    assert len(cleaned) < 200_000


@pytest.mark.parametrize(
    ("source_set", "largest"),
    [
        ("/a.jpg", "a.jpg"),
        ("/a.jpg 300w,/b.jpg 600w", "b.jpg"),
        ("/w_1,h_2/a.jpg 300w, /b.jpg 100w", "w_1,h_2/a.jpg"),
        ("/a.jpg, /b.jpg 2x", "b.jpg"),
        ("/a.jpg 1.5x, /b.jpg 1x", "a.jpg"),
    ],
)
def test_of_a_set_the_largest_picture_is_taken(source_set: str, largest: str) -> None:
    assert f'src="https://estuary.example.org/{largest}"' in markup.clean(f'<img srcset="{source_set}">', PAGE)
