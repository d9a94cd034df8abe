"""The secret behind the links of mails: the config's, or one that is made once for all hosts."""

from pydantic import SecretStr

from publisher.tasks import signing
from tests.tasks.conftest import Newsroom


def test_a_secret_is_made_once_and_kept(newsroom: Newsroom) -> None:
    made = signing.secret(newsroom.store, newsroom.settings)

    assert len(made) >= 32
    assert signing.secret(newsroom.store, newsroom.settings) == made


def test_a_secret_of_the_config_wins(newsroom: Newsroom) -> None:
    signing.secret(newsroom.store, newsroom.settings)
    newsroom.configured("web", secret=SecretStr("a secret of the config"))

    assert signing.secret(newsroom.store, newsroom.settings) == "a secret of the config"
