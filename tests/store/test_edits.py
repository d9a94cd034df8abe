"""What an editor changed comes back from the database as it went in."""

from hypothesis import given
from hypothesis import strategies as st

from publisher.model import Block, Edits
from publisher.store import content

_text = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
_ids = st.integers(1, 10**12)
_edits = st.builds(
    Edits,
    title=_text,
    note=_text,
    lead=st.none() | _ids,
    sections=st.dictionaries(_ids, _text),
    order=st.dictionaries(_text, st.lists(_ids).map(tuple)),
    dropped=st.lists(_ids).map(tuple),
    excerpts=st.dictionaries(_ids, _text),
    blocks=st.lists(st.builds(Block, _text, _text)).map(tuple),
    has_appeal=st.booleans(),
)


@given(_edits)
def test_whatever_was_changed_is_kept(edits: Edits) -> None:
    assert content.edits_from_json(content.edits_to_json(edits)) == edits


def test_where_nothing_was_changed_nothing_is_kept() -> None:
    assert content.edits_to_json(Edits()) == {}
