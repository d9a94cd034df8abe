import pytest

from publisher.collect.heads import cut

TEXT = "<p>Forty pages are gone.</p>"


@pytest.mark.parametrize(
    "head",
    [
        "<h1>Port audit</h1>",
        '<h2><a href="https://estuary.example.org/port-audit/">Port audit</a></h2>\n',
        '<span>Port audit</span>\n<span><span lang="">Ana Ríos</span></span> <time datetime="2026-11-09">Mon</time> ',
        "<div>Port audit</div><p>Ana Ríos</p>",
    ],
)
def test_the_title_goes_and_what_follows_it(head: str) -> None:
    assert cut(head + TEXT, "Port audit", ("Ana Ríos",)) == TEXT


@pytest.mark.parametrize(
    "body",
    [
        TEXT,
        "<h2>Port audits</h2>" + TEXT,
        "<p>Ana Ríos</p>" + TEXT,
        "<p>Port audit</p>",
        "Port audit" + TEXT,
        '<p><img src="https://estuary.example.org/a.jpg" alt="">Port audit</p>' + TEXT,
        "",
    ],
)
def test_what_the_newsroom_wrote_stays(body: str) -> None:
    assert cut(body, "Port audit", ("Ana Ríos",)) == body


def test_a_text_without_a_title_above_it_is_whole() -> None:
    assert cut("<p></p>" + TEXT, "", ()) == "<p></p>" + TEXT
