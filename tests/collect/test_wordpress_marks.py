"""What is remembered of a WordPress site: nothing that moves with our clock, and enough to lose nothing."""

from datetime import timedelta

import pytest

from publisher.collect import Memory
from publisher.errors import FarEndError
from publisher.fetch import Door
from tests.collect.newsroom import LINK, MONDAY, NOW, WordPress, run
from tests.collect.web import Answer

HOUR, DAY, YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365)


def publish_many(site: WordPress, count: int, step: timedelta = HOUR) -> set[str]:
    slugs = [f"report-{number:03}" for number in range(count)]
    for number, slug in enumerate(slugs):
        site.publish(slug, published=MONDAY + number * step)
    return set(slugs)


@pytest.mark.parametrize("longest_page", [3, 100])
@pytest.mark.parametrize("old", ["", "knows_modified_after", "orders_by_change", "tells_pages"])
def test_a_run_over_an_unchanged_site_gives_nothing_and_remembers_the_same(
    wordpress: WordPress, door: Door, old: str, longest_page: int
) -> None:
    wordpress.longest_page = longest_page
    if old:
        setattr(wordpress, old, False)
    publish_many(wordpress, 12, step=4 * HOUR)
    wordpress.publish("hidden", content={"protected": True}, published=MONDAY + 50 * HOUR)
    memory = run(wordpress.source, door).memory

    for days in (1, 30, 400):
        again = run(wordpress.source, door, memory, now=NOW + days * DAY)

        assert (again.articles, again.skipped) == ([], [])
        assert again.memory == memory


def test_an_empty_site_is_remembered_as_such_and_read_when_it_fills(wordpress: WordPress, door: Door) -> None:
    memory = run(wordpress.source, door).memory
    assert run(wordpress.source, door, memory, now=NOW + YEAR).memory == memory

    wordpress.publish("port-audit", modified_at=MONDAY - YEAR)

    assert run(wordpress.source, door, memory, now=NOW + YEAR).titles() == ["port-audit"]


def test_an_unchanged_site_is_asked_two_questions(wordpress: WordPress, door: Door) -> None:
    publish_many(wordpress, 30)
    memory = run(wordpress.source, door).memory
    wordpress.web.requests.clear()

    run(wordpress.source, door, memory, now=NOW + HOUR)

    assert len(wordpress.web.requests) == 2


def test_a_post_dated_in_the_future_hides_none_before_it(wordpress: WordPress, door: Door) -> None:
    wordpress.publish("next-year", published=NOW + YEAR)
    memory = run(wordpress.source, door).memory

    wordpress.publish("port-audit", published=NOW, modified_at=NOW - 40 * DAY)
    again = run(wordpress.source, door, memory, now=NOW + HOUR)

    assert again.titles() == ["port-audit"]
    assert run(wordpress.source, door, again.memory, now=NOW + 2 * HOUR).memory == again.memory


def test_a_site_whose_clock_was_wrong_for_a_while_loses_nothing(wordpress: WordPress, door: Door) -> None:
    wordpress.publish("from-the-future", published=MONDAY, modified_at=NOW + YEAR)
    memory = run(wordpress.source, door).memory
    wordpress.publish("port-audit", published=NOW)

    assert run(wordpress.source, door, memory, now=NOW + HOUR).titles() == ["port-audit"]


def test_a_scheduled_post_is_found_when_more_went_out_since_than_a_list_shows(wordpress: WordPress, door: Door) -> None:
    wordpress.publish("old-pier")
    memory = run(wordpress.source, door).memory
    wordpress.publish("scheduled", published=NOW, modified_at=MONDAY - YEAR)
    for number in range(130):
        wordpress.publish(f"report-{number}", published=NOW + number * timedelta(minutes=1))

    assert "scheduled" in run(wordpress.source, door, memory, now=NOW + DAY).titles()


def test_before_4_9_new_posts_come_in_and_corrections_of_two_weeks(wordpress: WordPress, door: Door) -> None:
    wordpress.orders_by_change, wordpress.longest_page = False, 4
    slugs = publish_many(wordpress, 20, step=DAY)
    first = run(wordpress.source, door, now=MONDAY + 20 * DAY)
    assert set(first.titles()) == slugs

    wordpress.publish("new-quay", published=MONDAY + 20 * DAY)
    wordpress.edit("report-012", title="Corrected", modified=MONDAY + 20 * DAY)
    second = run(wordpress.source, door, first.memory, now=MONDAY + 21 * DAY)

    assert {"new-quay", "Corrected"} <= set(second.titles())


def test_before_4_9_an_interrupted_first_run_goes_on(wordpress: WordPress, door: Door) -> None:
    wordpress.orders_by_change, wordpress.longest_page = False, 4
    slugs = publish_many(wordpress, 60, step=DAY)

    first = run(wordpress.source, door, stop_after=2)
    second = run(wordpress.source, door, first.memory, now=NOW + 60 * DAY)

    assert {*first.titles(), *second.titles()} == slugs


def test_more_posts_than_the_memory_holds_are_read_all_the_same(wordpress: WordPress, door: Door) -> None:
    slugs = publish_many(wordpress, 620, step=timedelta(seconds=1))
    first = run(wordpress.source, door)
    assert set(first.titles()) == slugs
    assert sum(map(len, first.memory.values.values())) < 30_000

    assert run(wordpress.source, door, first.memory, now=NOW + DAY).memory == first.memory


def test_the_place_of_the_api_is_remembered_and_found_again_when_it_moves(wordpress: WordPress, door: Door) -> None:
    wordpress.publish("port-audit")
    memory = run(wordpress.source, door).memory
    wordpress.pretty = False
    wordpress.publish("new-quay", published=NOW)

    again = run(wordpress.source, door, memory, now=NOW + HOUR)

    assert again.titles() == ["new-quay"]
    assert again.memory.values["root"].endswith("index.php?rest_route=/")


def test_a_site_that_is_down_is_told_so_and_what_was_remembered_holds(wordpress: WordPress, door: Door) -> None:
    wordpress.publish("port-audit")
    memory = run(wordpress.source, door).memory
    wordpress.before = lambda _asked: Answer(b"", 503)
    with pytest.raises(FarEndError, match="answered 503"):
        run(wordpress.source, door, memory, now=NOW + HOUR)

    wordpress.before = lambda _asked: None
    assert run(wordpress.source, door, memory, now=NOW + 2 * HOUR).memory == memory


def test_pages_that_had_to_be_short_stay_short(wordpress: WordPress, door: Door) -> None:
    wordpress.longest_page, wordpress.refuses_long_pages = 10, True
    publish_many(wordpress, 25)
    memory = run(wordpress.source, door).memory
    wordpress.web.requests.clear()

    run(wordpress.source, door, memory, now=NOW + HOUR)

    assert {asked.query["per_page"] for asked in wordpress.web.requests} == {"10"}


@pytest.mark.parametrize("broken", ["posts.seen", "posts.modified", "posts.date", "homes", "per_page"])
def test_a_memory_that_somebody_spoiled_loses_nothing(wordpress: WordPress, door: Door, broken: str) -> None:
    wordpress.publish("port-audit")
    memory = run(wordpress.source, door).memory
    wordpress.publish("new-quay", published=NOW)

    spoiled = Memory({**memory.values, broken: "x y\n{["})

    assert "new-quay" in run(wordpress.source, door, spoiled, now=NOW + HOUR).titles()


def test_a_list_of_the_newest_posts_tells_what_was_taken_off(wordpress: WordPress, door: Door) -> None:
    publish_many(wordpress, 3)
    memory = run(wordpress.source, door).memory
    wordpress.trash("report-001")

    listed = run(wordpress.source, door, memory, now=NOW + HOUR).listed

    assert listed
    assert listed.urls == {f"{LINK}report-000/", f"{LINK}report-002/"}
    assert listed.since.year == 1


def test_a_list_that_does_not_hold_all_speaks_only_of_the_time_it_covers(wordpress: WordPress, door: Door) -> None:
    publish_many(wordpress, 130)

    listed = run(wordpress.source, door).listed

    assert listed
    assert len(listed.urls) == 100
    assert MONDAY + 30 * HOUR < listed.since < MONDAY + 31 * HOUR


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"", 500),
        Answer(b'{"code": "rest_forbidden", "message": "No."}', 403),
        Answer(b'[{"id": 1, "link": "javascript:x", "date": "2026-11-09T07:00:00"}]'),
        Answer(b'[{"id": 1, "link": "https://estuary.example.org/a/", "date": "soon"}]'),
        Answer(
            b'[{"id": 1, "link": "https://estuary.example.org/a/", "date": "2026-11-09T07:00:00"},'
            b' {"id": 2, "link": "https://estuary.example.org/b/", "date": "2026-11-10T07:00:00"}]'
        ),
        Answer(b"[]"),
    ],
    ids=["broken", "refused", "no address", "no date", "out of order", "nothing, and no count"],
)
def test_a_list_that_cannot_be_trusted_tells_nothing_and_fails_nothing(
    wordpress: WordPress, door: Door, answer: Answer
) -> None:
    wordpress.publish("port-audit")
    wordpress.before = lambda asked: answer if "modified" in asked.query.get("_fields", "") else None

    collected = run(wordpress.source, door)

    assert (collected.titles(), collected.listed) == (["port-audit"], None)


@pytest.mark.parametrize(
    "hidden",
    [{"status": "draft"}, {"status": "trash"}, {"content": {"rendered": "<p>Secret.</p>", "protected": True}}],
    ids=["a draft again", "trashed", "behind a password"],
)
def test_what_was_public_and_is_hidden_now_is_withdrawn(
    wordpress: WordPress, door: Door, hidden: dict[str, object]
) -> None:
    post = wordpress.publish("port-audit", published=NOW - DAY)
    memory = run(wordpress.source, door).memory
    post.update(hidden)
    wordpress.edit("port-audit", title="Port audit", modified=NOW)

    again = run(wordpress.source, door, memory, now=NOW + HOUR)

    assert (again.articles, again.withdrawn) == ([], [f"{LINK}port-audit/"])
    assert len(again.skipped) == 1


def test_a_post_that_breaks_its_site_hides_no_others_and_is_asked_for_again(wordpress: WordPress, door: Door) -> None:
    slugs = publish_many(wordpress, 30)
    wordpress.breaks_under = wordpress.posts[4]["id"]

    first = run(wordpress.source, door)

    assert set(first.titles()) == slugs - {"report-004"}
    assert [skipped.what for skipped in first.skipped] == [f"{LINK}report-004/"]
    assert "does not give it" in first.skipped[0].reason
    assert "answered 500" in first.skipped[0].reason
    wordpress.breaks_under = 0

    assert run(wordpress.source, door, first.memory).titles() == ["report-004"]


def test_the_newest_post_that_breaks_its_site_is_named(wordpress: WordPress, door: Door) -> None:
    wordpress.publish("port-audit")
    wordpress.breaks_under = wordpress.posts[0]["id"]

    assert [skipped.what for skipped in run(wordpress.source, door).skipped] == [f"{LINK}port-audit/"]


def test_a_site_that_breaks_under_every_post_has_failed(wordpress: WordPress, door: Door) -> None:
    publish_many(wordpress, 3)
    wordpress.before = lambda request: Answer(status=500) if "_embed" in request.query else None

    with pytest.raises(FarEndError, match="answered 500"):
        run(wordpress.source, door)


def test_a_post_that_was_saved_at_another_address_is_the_one_it_was(wordpress: WordPress, door: Door) -> None:
    publish_many(wordpress, 3, step=2 * DAY)
    memory = run(wordpress.source, door).memory
    wordpress.posts[0]["link"] = f"{LINK}port-audit/"
    wordpress.edit("port-audit", title="Port audit", modified=NOW)

    moved = run(wordpress.source, door, memory)

    assert moved.titles() == ["Port audit"]
    assert moved.moved == {f"{LINK}report-000/": f"{LINK}port-audit/"}
    assert run(wordpress.source, door, moved.memory).moved == {}


@pytest.mark.parametrize("longest_page", [2, 100])
def test_posts_move_when_the_permalinks_of_their_site_change(
    wordpress: WordPress, door: Door, longest_page: int
) -> None:
    publish_many(wordpress, 5, step=2 * DAY)
    wordpress.refuses_long_pages = longest_page < 100
    memory = run(wordpress.source, door).memory
    for post in wordpress.posts:
        post["link"] = post["link"].replace(LINK, f"{LINK}2026/11/")

    moved = run(wordpress.source, door, memory)

    slugs = [f"report-{number:03}" for number in range(5)]
    assert sorted(moved.titles()) == slugs
    assert moved.moved == {f"{LINK}{slug}/": f"{LINK}2026/11/{slug}/" for slug in slugs}
    again = run(wordpress.source, door, moved.memory)
    assert (again.articles, again.moved, again.memory) == ([], {}, moved.memory)
