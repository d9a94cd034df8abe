import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from publisher.deliver import return_path
from publisher.errors import ConfigError
from tests.deliver.samples import KEY, SECRET

BASE = return_path.base("bounces@Estuary.example.org")
keys = st.binary(min_size=10, max_size=10).map(bytes.hex)


@given(keys)
def test_a_return_path_gives_its_key_back_whatever_case_it_comes_in(key: str) -> None:
    written = return_path.return_path(BASE, key, SECRET)

    for spelling in (written, written.upper(), f"<{written}>", f" {written} "):
        assert return_path.read_return_path(spelling, SECRET) == key


@given(keys)
def test_a_return_path_is_lower_case_and_fits(key: str) -> None:
    longest = return_path.base("b" * 31 + "@example.org")

    local = return_path.return_path(longest, key, SECRET).rpartition("@")[0]

    assert local == local.lower()
    assert len(local) == 64


def test_a_return_path_with_any_character_changed_is_refused() -> None:
    local, _, domain = return_path.return_path(BASE, KEY, SECRET).rpartition("@")
    tag = local.removeprefix("bounces+")
    forged = [
        tag[:at] + other + tag[at + 1 :]
        for at in range(len(tag))
        for other in "abcdefghijklmnopqrstuvwxyz234567"
        if other != tag[at]
    ]

    assert not [one for one in forged if return_path.read_return_path(f"bounces+{one}@{domain}", SECRET)]


@given(st.one_of(st.text(), st.text(alphabet="abc234+@1é", min_size=32, max_size=80)))
@example("bounces+" + "1" * 32 + "@example.org")
@example("bounces+" + "a" * 32 + "@example.org")
@example("bounces+" + "ſ" * 32 + "@example.org")
def test_anything_else_is_none(address: str) -> None:
    assert return_path.read_return_path(address, SECRET) is None


def test_a_return_path_of_another_secret_is_none() -> None:
    assert return_path.read_return_path(return_path.return_path(BASE, KEY, SECRET), SECRET + "!") is None


@pytest.mark.parametrize("mailbox", ["b" * 32 + "@example.org", '"odd one"@example.org', "böunces@example.org"])
def test_an_address_without_room_is_a_mistake_in_the_config(mailbox: str) -> None:
    with pytest.raises(ConfigError, match=r"delivery\.return_path"):
        return_path.base(mailbox)
