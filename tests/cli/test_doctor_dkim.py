"""`doctor dkim`: a key is made, its record published, its table pasted; then DNS is asked."""

import pytest

from tests.cli.conftest import Terminal
from tests.deliver.zones import Zones


def paste(terminal: Terminal, printed: str) -> None:
    """Put the table of a key from what was printed into the config."""
    table = printed[printed.index("[[delivery.dkim]]") :].split("\n\n")[0]
    config = terminal.folder / "config.toml"
    config.write_text(config.read_text(encoding="utf-8") + f"\n{table}\n", encoding="utf-8")


def test_what_is_printed_is_published_and_pasted_and_found_right(terminal: Terminal, zone: Zones) -> None:
    made = terminal.types("doctor", "dkim")
    paste(terminal, made.out)
    (value,) = [line for line in made.out.splitlines() if line.startswith("v=DKIM1;")]
    zone.says("news._domainkey.estuary.example.org", value)

    said = terminal.types("doctor", "dkim", "--name-server", zone.address)

    assert (made.code, said.code, said.err) == (0, 0, "")
    assert "in DNS: good: news._domainkey.estuary.example.org has the key of the file (rsa)" in said.out


def test_a_record_that_is_missing_is_named_with_what_to_do(terminal: Terminal, zone: Zones) -> None:
    paste(terminal, terminal.types("doctor", "dkim").out)

    said = terminal.types("doctor", "dkim", "--name-server", zone.address)

    assert said.code == 3
    assert "has no TXT record, so no signature of the key is believed; publish what" in said.err


def test_keys_are_given_as_json(terminal: Terminal) -> None:
    said = terminal.types("doctor", "dkim", "--selector", "s1", "--domain", "example.org", "--ed25519", "--json")

    first, second = said.json["keys"]
    assert said.json["made"] is True
    assert (first["name"], second["name"]) == (
        "s1._domainkey.example.org",
        "s1-ed25519._domainkey.example.org",
    )
    assert (first["algorithm"], second["algorithm"], second["verdict"]) == ("rsa", "ed25519", None)


@pytest.mark.parametrize("server", ["dns.example.org", "1.2.3.4:x", ""])
def test_a_name_server_that_is_no_address_is_told(terminal: Terminal, server: str) -> None:
    said = terminal.types("doctor", "dkim", "--name-server", server)

    assert said.code == 2
    assert "is no address of a server" in said.err


def test_the_doctor_tells_its_commands(terminal: Terminal) -> None:
    said = terminal.types("doctor", "--help")

    assert said.code == 0
    assert "dkim" in said.out
    assert "check" in said.out
