"""`doctor` looks at the domain that mails are from, when a mail server sends them."""

from collections.abc import Iterator

import pytest

from publisher.deliver.domain import hosts
from tests.cli.conftest import Terminal
from tests.deliver.far_end import FarEnd, far_end
from tests.deliver.zones import Zones


@pytest.fixture
def server() -> Iterator[FarEnd]:
    with far_end() as running:
        yield running


@pytest.fixture
def sending(reporting: Terminal, server: FarEnd, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal whose mails go to a mail server on this machine, which has no public address."""
    monkeypatch.setattr(hosts, "_FAR", {})
    monkeypatch.setenv("PUBLISHER_DELIVERY__TRANSPORT", "smtp")
    monkeypatch.setenv("PUBLISHER_WEB__BASE_URL", "https://news.example.org")
    monkeypatch.setenv("PUBLISHER_DELIVERY__SMTP__HOST", "127.0.0.1")
    monkeypatch.setenv("PUBLISHER_DELIVERY__SMTP__PORT", str(server.port))
    return reporting


def test_what_is_wrong_is_told_beside_the_sources(sending: Terminal, zone: Zones) -> None:
    said = sending.types("doctor", "--name-server", zone.address)

    assert said.code == 3
    assert "spf           wrong: estuary.example.org has no SPF record" in said.out
    assert "tls: 127.0.0.1:" in said.err
    assert "title" in said.out


def test_it_is_given_as_json(sending: Terminal, zone: Zones) -> None:
    said = sending.types("doctor", "--name-server", zone.address, "--json")

    assert {"about": "mx", "verdict": "wrong"}.items() <= said.json["sender"][-1].items()
    assert said.json["sender"][-1]["words"].startswith("estuary.example.org has no mail server")


def test_a_named_source_is_tried_alone(sending: Terminal, zone: Zones) -> None:
    said = sending.types("doctor", "feed", "--json")

    assert (said.code, said.json["sender"]) == (0, None)
    assert zone.asked == []


def test_where_nothing_leaves_no_domain_is_asked_about(reporting: Terminal, zone: Zones) -> None:
    said = reporting.types("doctor", "--name-server", zone.address, "--json")

    assert (said.code, said.json["sender"], zone.asked) == (0, None, [])
