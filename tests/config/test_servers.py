"""What the config may say of the mail servers: one or several of one kind, a password or a token, none in clear."""

from pathlib import Path

import pytest

from publisher.config import Settings, load
from publisher.config.settings import Relay
from tests.config.shipped import SHIPPED, SHIPPED_PATH, Told

ONE = SHIPPED[SHIPPED.index("[delivery.smtp]") : SHIPPED.index("[feeds]")]
TWO = """
[[delivery.relays]]
host = "smtp.example.net"
weight = 3
[[delivery.relays]]
host = "smtp.example.com"
timeout_seconds = 20
"""


def loaded(folder: Path, servers: str) -> Settings:
    path = folder / "config.toml"
    path.write_text(SHIPPED.replace(ONE, servers), encoding="utf-8")
    return load(path, {})


def test_one_server_is_that_of_smtp() -> None:
    delivery = load(SHIPPED_PATH, {}).delivery

    assert delivery.servers == (delivery.smtp,)


def test_several_servers_are_those_of_relays_with_their_weights(tmp_path: Path) -> None:
    servers = loaded(tmp_path, TWO).delivery.servers

    assert [(one.host, one.weight) for one in servers if isinstance(one, Relay)] == [
        ("smtp.example.net", 3),
        ("smtp.example.com", 1),
    ]


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        (ONE + TWO, "delivery.smtp: stands beside delivery.relays; list this server among those"),
        (TWO + 'relay = "ses"', "relay: is no key of one server, since a mail is made and signed before it is known"),
        (TWO + "weight = 0", "weight: found 0; write 1 or more"),
        (TWO + 'username = "desk"', "username: is given without a password; set password_file, or token_command"),
        (TWO + 'token_command = ["/bin/token"]', "token_command: is given without a username"),
        (
            TWO + 'username = "desk"\npassword = "hush"\ntoken_command = ["/bin/token"]',
            "token_command: stands beside a password; keep one of them",
        ),
        (
            TWO + 'username = "desk"\npassword = "hush"\nsecurity = "none"',
            'security: "none" would send the password in the clear; write "starttls" or "tls"',
        ),
    ],
)
def test_what_cannot_be_meant_is_said(told: Told, tables: str, said: str) -> None:
    (mistake,) = told(ONE, f"{tables}\n")

    assert said in mistake
    assert "hush" not in mistake


def test_the_lease_outlives_a_try_at_the_slowest_server(told: Told) -> None:
    slow = TWO.replace("timeout_seconds = 20", "timeout_seconds = 100")

    mistakes = told(ONE, slow, {"PUBLISHER_DELIVERY__TRANSPORT": "smtp"})

    assert "give more than 1800, or a shorter delivery.relays.timeout_seconds" in " ".join(mistakes)
