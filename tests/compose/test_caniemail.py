"""A mail is made of what every main client understands; what some of them drop moves nothing."""

import json
from collections.abc import Callable

import pytest

from tests.compose import clients, kinds
from tests.compose.kinds import KINDS

FACTS = clients.facts()
ALL = pytest.mark.parametrize("kind", KINDS)


def complaints(html: str) -> list[str]:
    """Tell which features of a mail some main client drops, and which nobody knows of."""
    used = clients.needed(html) | clients.wished(html)
    unknown = [f"{feature} is not in clients.json" for feature in used - set(FACTS)]
    return sorted(unknown) + [
        f"{feature} is dropped by {', '.join(clients.dropped_by(feature))}"
        for feature in sorted(used & set(FACTS))
        if FACTS[feature]["use"] == "refused"
    ]


@ALL
def test_no_kind_of_issue_uses_what_a_main_client_drops(kind: str) -> None:
    assert complaints(kinds.variant(kind).html) == []


@ALL
def test_the_layout_needs_no_style_block(kind: str) -> None:
    needed = clients.needed(kinds.variant(kind).html)

    layout = {feature for feature, fact in FACTS.items() if fact["use"] == "layout"}
    assert {"html-table", "css-padding", "css-max-width", "css-font-size", "css-color"} <= needed & layout
    assert {"html-style", "css-at-media", "css-selector-class"}.isdisjoint(layout)


def test_layout_rests_on_what_all_understand_and_what_is_refused_some_drop() -> None:
    for feature, fact in FACTS.items():
        assert fact["use"] in ("layout", "extra", "refused"), feature
        assert "why" in fact or "u" not in fact["clients"].values() or fact["use"] == "extra", feature
        if fact["use"] != "extra":
            assert bool(clients.dropped_by(feature)) == (fact["use"] == "refused"), feature


def inline(css: str) -> Callable[[str], str]:
    return lambda html: html.replace("<p", f'<p style="{css}"', 1)


def inserted(markup: str) -> Callable[[str], str]:
    return lambda html: html.replace("</body>", f"{markup}</body>")


@pytest.mark.parametrize(
    ("feature", "broken"),
    [
        ("css-display-flex", inline("display: flex")),
        ("css-position", inline("position: relative")),
        ("css-unit-rem", inline("font-size: 1.2rem")),
        ("css-unit-calc", inline("width: calc(100% - 20px)")),
        ("css-variables", inline("color: var(--ink)")),
        ("css-linear-gradient", inline("background-color: linear-gradient(red, blue)")),
        ("css-zoom", inline("zoom: 2")),
        ("css-display-grid", inserted("<style>@media (min-width: 1px) { td { display: grid } }</style>")),
        ("css-at-font-face", inserted("<style>@font-face { font-family: x }</style>")),
        ("css-pseudo-class-has", inserted("<style>p:has(a) { color: red }</style>")),
        ("html-picture", inserted("<picture></picture>")),
        ("html-srcset", inserted('<img srcset="a.jpg 2x" src="a.jpg">')),
        ("html-semantics", inserted("<section></section>")),
        ("image-webp", inserted('<img src="https://example.org/a.webp?x=1">')),
        ("image-base64", inserted('<img src="data:image/png;base64,AAAA">')),
        ("html-anchor-links", inserted('<a href="#top">Up</a>')),
        ("html-marquee", inserted("<marquee></marquee>")),
    ],
)
def test_a_mail_that_uses_what_is_dropped_or_unknown_is_caught(feature: str, broken: Callable[[str], str]) -> None:
    html = broken(kinds.variant("week").html)

    assert [said.split()[0] for said in complaints(html)] == [feature]


def test_the_facts_are_renewed_from_newer_data_and_what_we_make_of_them_stays() -> None:
    kept = {"source": "caniemail", "date": "", "features": {"css-gap": {"use": "refused"}, "html-a": {"use": "layout"}}}
    stats = {
        "gmail": {"ios": {"2019-01": "n", "2024-01": "y"}, "android": {"2024-01": "a #1"}},
        "outlook": {"windows": {"2019": "n #2"}, "macos": {"2019": "y", "2021": "u"}},
        "orange": {"ios": {"2019-01": "n"}},
    }
    newer = {"last_update_date": "2027-01-02 10:00:00", "data": [{"slug": "css-gap", "stats": stats}]}

    table = clients.renewed(json.loads(json.dumps(kept)), newer)

    assert table["date"] == "2027-01-02"
    assert table["features"]["html-a"] == {"use": "layout"}
    assert table["features"]["css-gap"] == {
        "use": "refused",
        "clients": {
            "Gmail": "a",
            "Outlook": "y",
            "Outlook with Word": "n",
            "Apple Mail": "u",
            "Yahoo": "u",
            "Thunderbird": "u",
        },
    }
