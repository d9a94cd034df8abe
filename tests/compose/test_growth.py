"""How large a mail becomes by its CSS is foretold from another of the same templates."""

import pytest

from publisher.compose import inlining
from publisher.compose.growth import OURS, Growth

STYLES = "<style>p.a {color: #111111} td.b {padding: 0 1px 2px} .c {margin: 0}</style>"
ROW = '<tr><td class="b"><p class="a">It&#39;s &#34;there&#34; &amp; <b class="c">ñ</b></p><p>x</p></td></tr>'


def mail(rows: int) -> str:
    return f"<html><head>{STYLES}</head><body><table>{ROW * rows}</table></body></html>"


@pytest.mark.parametrize(("seen", "other"), [(3, 200), (200, 3), (7, 7)])
def test_it_is_foretold_within_a_hundredth_where_all_elements_are_known(seen: int, other: int) -> None:
    growth = Growth.seen(mail(seen), inlining.inlined(mail(seen)))

    assert growth.foretold(mail(other)) == pytest.approx(len(inlining.inlined(mail(other)).encode()), rel=0.01)


@pytest.mark.parametrize("html", ["", "<p>One", "<body><p>One</p>" * 2])
def test_any_html_tells_something(html: str) -> None:
    growth = Growth.seen(html, f"<html><body>{html}</body></html>")

    assert growth.foretold("<p>Two</p>") > 0
    assert OURS.foretold(mail(3)) != growth.foretold(mail(3))
