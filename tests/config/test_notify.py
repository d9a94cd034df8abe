"""Who is told, and where: addresses that nobody may read out of a log or an error."""

from pathlib import Path

import pytest

from publisher.config import load
from tests.config.shipped import SHIPPED_PATH, Told

WEBHOOK = "https://hooks.example.org/services/hush"


def test_a_relay_can_be_set_from_the_environment() -> None:
    variables = {
        "PUBLISHER_NOTIFY__RELAY__HOST": "smtp.example.net",
        "PUBLISHER_NOTIFY__RELAY__PORT": "2525",
        "PUBLISHER_NOTIFY__TO": '["ana@example.org"]',
    }

    notify = load(SHIPPED_PATH, variables).notify

    assert notify.to == ("ana@example.org",)
    assert notify.relay is not None
    assert (notify.relay.host, notify.relay.port, notify.relay.security) == ("smtp.example.net", 2525, "starttls")


def test_the_address_of_a_webhook_is_never_shown() -> None:
    notify = load(SHIPPED_PATH, {"PUBLISHER_NOTIFY__WEBHOOK": WEBHOOK}).notify

    assert notify.webhook is not None
    assert notify.webhook.get_secret_value() == WEBHOOK
    assert "hush" not in repr(notify)


@pytest.mark.parametrize("key", ["webhook", "heartbeat"])
def test_what_is_no_address_is_told_without_it(told: Told, key: str) -> None:
    (mistake,) = told("silent_days = 1", f'{key} = "hooks.example.org/hush"\nsilent_days = 1')

    assert f"notify.{key}: is not a web address" in mistake
    assert "hush" not in mistake


def test_a_relay_with_a_user_needs_a_password(told: Told, tmp_path: Path) -> None:
    (mistake,) = told("silent_days = 1", 'silent_days = 1\nrelay = { host = "smtp.example.net", username = "desk" }')

    assert "notify.relay.username: is given without a password" in mistake
