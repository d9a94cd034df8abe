"""The kit: a copy to paste, never of what was taken back."""

from dataclasses import replace

import pytest
from lxml import html

from publisher import rights
from publisher.errors import NotAllowed
from publisher.republish import kit
from tests.compose import samples

SETTINGS = samples.settings()
AUDIT = samples.article("port-audit", title="Port audit & its <missing> pages")


def test_a_kit_is_the_title_and_the_copy_that_feeds_carry() -> None:
    words = kit.kit_html(AUDIT, SETTINGS)

    assert rights.copy_html(AUDIT.article, SETTINGS) in words
    article = html.fragment_fromstring(words)
    assert (article.tag, article.get("lang"), article.get("dir")) == ("article", "en", "ltr")
    assert article[0].text == "Port audit & its <missing> pages"


def test_a_retracted_article_has_no_kit() -> None:
    with pytest.raises(NotAllowed, match="took it back"):
        kit.kit_html(replace(AUDIT, retracted_at=samples.NOW), SETTINGS)
