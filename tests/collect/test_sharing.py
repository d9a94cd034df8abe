import pytest

from publisher.collect.tails import cut

URL = "https://estuary.example.org/port-audit/"
TEXT = "<p>Forty pages are gone.</p>"
FACEBOOK = "https://www.facebook.com/sharer/sharer.php?u=x"
JETPACK = (
    "<div><div><div><h3>Share this:</h3><div><ul>"
    f'<li><a href="{URL}?share=twitter">Click to share on Twitter (Opens in new window)</a></li>'
    f'<li><a href="{URL}?share=facebook&amp;nb=1">Click to share on Facebook</a></li>'
    f'<li><a href="{URL}#print">Click to print</a></li><li></li></ul></div></div></div></div>'
)


def buttons(*addresses: str) -> str:
    return " ".join(f'<a href="{address}">here</a>' for address in addresses)


@pytest.mark.parametrize(
    "block",
    [
        JETPACK,
        f"<h4>Comparte esto</h4>\n<p>{buttons(FACEBOOK, 'https://wa.me/?text=x')}</p>",
        f"<p><strong>Compártelo:</strong></p><ul><li>{buttons('https://x.com/intent/post?url=x')}</li></ul>",
        f"<p>Share: {buttons('https://twitter.com/intent/tweet?url=x', 'https://t.me/share/url?url=x')}</p>",
        f"<div>{buttons('https://api.whatsapp.com/send?text=x', 'mailto:?subject=Read&amp;body=x')}</div>",
        f"<p>{buttons('https://www.linkedin.com/shareArticle?url=x', 'https://www.reddit.com/submit?url=x')}</p>",
        f"<p>{buttons('https://pinterest.com/pin/create/button/?url=x')}</p>",
        f"<p>{buttons('https://estuary.example.org/subscribe?utm_source=rss')}</p>",
        f"<p>{buttons('https://estuary.substack.com/subscribe?')}</p>",
        f"<p>{buttons(f'{URL}comments', f'{URL}?utm_source=x&amp;action=share')}</p>",
    ],
)
def test_rows_of_buttons_go_with_their_label_wherever_they_stand(block: str) -> None:
    assert cut(TEXT + block, URL, "Port audit") == TEXT
    assert cut(TEXT + block + TEXT, URL, "Port audit") == TEXT + TEXT


@pytest.mark.parametrize(
    "block",
    [
        f"<p>The minister {buttons(FACEBOOK)} shared it with everyone who would listen to him that night.</p>",
        f"<p>{buttons(FACEBOOK, 'https://other.example.org/')}</p>",
        f"<p>Write to {buttons('mailto:ana@example.org?subject=Port')}</p>",
        f"<p>Ask us on {buttons('https://wa.me/56912345678')}</p>",
        f"<p>Ask us on {buttons('https://api.whatsapp.com/send?phone=569')}</p>",
        f"<p>{buttons('https://www.facebook.com/estuarydesk')}</p>",
        f'<p><img src="https://estuary.example.org/a.jpg" alt="">{buttons(FACEBOOK)}</p>',
        f"<p>{buttons('https://other.example.org/?share=twitter')}</p>",
        f"<p>{buttons('https://other.example.org/subscribe')}</p>",
        f"<p>{buttons('https://estuary.example.org/other/comments')}</p>",
        "<h3>Share this:</h3><p>The word of the year.</p>",
    ],
)
def test_what_the_newsroom_wrote_stays(block: str) -> None:
    assert cut(TEXT + block + TEXT, URL, "Port audit") == TEXT + block + TEXT


def test_a_heading_that_is_no_label_stays_above_removed_buttons() -> None:
    body = f"<h2>The second part</h2><p>{buttons(FACEBOOK)}</p>{TEXT}"

    assert cut(body, URL, "Port audit") == f"<h2>The second part</h2>{TEXT}"


@pytest.mark.parametrize(
    "footer",
    [
        '<p><a href="http://www.estuary.example.org">The Estuary Desk</a></p>',
        '<p>The post Port audit appeared first on <a href="https://estuary.example.org">The Estuary Desk</a>.</p>',
    ],
)
def test_the_name_of_the_site_at_the_end_goes(footer: str) -> None:
    assert cut(TEXT + footer, URL, "Port audit") == TEXT


@pytest.mark.parametrize(
    "end",
    [
        '<p>Supported by <a href="https://estuary.example.org/">The Estuary Desk</a></p>',
        '<p><a href="https://other.example.org/">Another site</a></p>',
    ],
)
def test_a_credit_at_the_end_stays(end: str) -> None:
    assert cut(TEXT + end, URL, "") == TEXT + end
