"""What is handed out for republication: the newsroom's own, and whole."""

from typing import Any

import pytest

from publisher import rights
from tests.compose import samples

SETTINGS = samples.settings()


@pytest.mark.parametrize("license_url", [None, "http://creativecommons.org/licenses/by-nc/4.0"])
def test_a_whole_article_of_ours_is_handed_out(license_url: str | None) -> None:
    assert rights.refusal(samples.article(license_url=license_url), SETTINGS) == ""


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"retracted_at": samples.NOW}, "took it back"),
        ({"retracted": True}, "took it back"),
        ({"license_url": "https://creativecommons.org/licenses/by-nd/3.0/"}, "a license of its own, CC BY-ND 3.0"),
        ({"license_url": "https://agency.example.net/terms"}, "a license of its own, agency.example.net"),
        ({"body": ""}, "its text is not known"),
        ({"body": '<p><img src="https://x.example/a.jpg"></p>'}, "its text is not known"),
        ({"body": "<p>The audit of the port is missing forty […]</p>"}, "only the beginning"),
    ],
)
def test_what_is_not_ours_or_not_whole_is_not(said: dict[str, Any], why: str) -> None:
    assert why in rights.refusal(samples.article(**said), SETTINGS)


def test_an_article_with_its_own_license_is_not_offered_under_ours() -> None:
    closing = rights.closing_html("en", SETTINGS, "https://creativecommons.org/licenses/by-nd/3.0/")

    assert '<a rel="license" href="https://creativecommons.org/licenses/by-nd/3.0/">CC BY-ND 3.0</a>' in closing
    assert "You may republish" not in closing
    assert "Support our reporting" in closing
