import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.deliver import address
from publisher.deliver.address import Address
from publisher.errors import ConfigError, UnreadableInput


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("bruno@example.org", "bruno@example.org"),
        ("Bruno.Diaz+news@Example.org", "Bruno.Diaz+news@Example.org"),
        ("bruno@straße.de", "bruno@xn--strae-oqa.de"),
        ("bruno@BÜCHER.example", "bruno@xn--bcher-kva.example"),
        ("bruno@例え。テスト", "bruno@xn--r8jz45g.xn--zckzah"),
        ("josé@example.org", "josé@example.org"),
        ('"a b"@example.org', '"a b"@example.org'),
        ("o'hara@under_score.example", "o'hara@under_score.example"),
        ("bruno@[127.0.0.1]", "bruno@[127.0.0.1]"),
    ],
)
def test_an_address_goes_on_the_wire_with_its_domain_in_idna_2008(given: str, written: str) -> None:
    assert str(address.parse(given)) == written


@pytest.mark.parametrize(
    "email",
    [
        "",
        "bruno",
        "@example.org",
        "bruno@",
        "bruno@example.org>\r\nRCPT TO:<eve@example.org",
        "bruno\r\n@example.org",
        "bruno@exam\nple.org",
        "bruno @example.org",
        "bruno>@example.org",
        "a,b@example.org",
        ".bruno@example.org",
        '"a\0b"@example.org',
        "\u202ebruno@example.org",
        "x" * 65 + "@example.org",
        "bruno@" + "a." * 130 + "org",
        "bruno@ex ample.org",
        "bruno@-℀.example",
        "bruno@" + "ü" * 300 + ".example",
    ],
)
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(UnreadableInput) as raised:
        address.parse(email)

    assert str(raised.value).isprintable()


@given(st.text())
def test_whatever_passes_cannot_leave_its_place(email: str) -> None:
    try:
        written = str(address.parse(email))
    except UnreadableInput:
        return
    assert written.isprintable()
    assert not set("<>\r\n") & set(written.rpartition('"')[2])


@pytest.mark.parametrize(
    ("mailbox", "name"),
    [
        ("The Desk <desk@example.org>", "The Desk"),
        ("Desk, The <desk@example.org>", "Desk, The"),
        ('"Desk \\"The\\"" <desk@example.org>', 'Desk "The"'),
        ("desk@example.org", ""),
        ("<desk@example.org>", ""),
    ],
)
def test_a_mailbox_of_the_config_is_a_name_and_an_address(mailbox: str, name: str) -> None:
    assert address.configured("delivery.from", mailbox) == (name, Address("desk", "example.org"))


@pytest.mark.parametrize("mailbox", ["Desk", "a <b> <c@example.org>", "désk@example.org", "Desk <de sk@example.org>"])
def test_a_mailbox_of_the_config_that_is_none_names_its_key(mailbox: str) -> None:
    with pytest.raises(ConfigError, match=r"delivery\.from"):
        address.configured("delivery.from", mailbox)
