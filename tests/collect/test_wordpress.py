"""What WordPress sites do differently from one another, and while they are being read."""

import json
from datetime import datetime, timedelta

import pytest

from publisher.errors import FarEndError, PublisherError, UnreadableInput
from publisher.fetch import Door
from tests.collect.newsroom import MONDAY, NOW, WordPress, run
from tests.collect.web import Answer, Request

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def publish_many(site: WordPress, count: int, start: datetime = MONDAY, step: timedelta = HOUR) -> set[str]:
    slugs = [f"report-{number:03}" for number in range(count)]
    for number, slug in enumerate(slugs):
        site.publish(slug, published=start + number * step)
    return set(slugs)


@pytest.mark.parametrize("pretty", [True, False], ids=["pretty permalinks", "plain permalinks"])
@pytest.mark.parametrize("folder", ["", "/news"])
def test_a_site_is_found_wherever_its_api_is(wordpress: WordPress, door: Door, folder: str, pretty: bool) -> None:
    wordpress.folder, wordpress.pretty = folder, pretty
    wordpress.publish("port-audit")

    assert run(wordpress.source, door).titles() == ["port-audit"]


@pytest.mark.parametrize("address", ["/wp-json", "/wp-json/", "/wp-json/wp/v2/posts?per_page=5", "/?rest_route=/", ""])
def test_the_address_may_be_that_of_the_api(wordpress: WordPress, door: Door, address: str) -> None:
    wordpress.publish("port-audit")
    source = wordpress.source.model_copy(update={"url": f"{wordpress.web.url}{address}"})

    assert run(source, door).titles() == ["port-audit"]


def test_the_home_page_may_name_the_api_in_its_head(wordpress: WordPress, door: Door) -> None:
    wordpress.publish("port-audit")
    head = f"<link rel='https://api.w.org/' href='{wordpress.web.url}/api/?rest_route=&#047;' />".encode()
    wordpress.before = lambda asked: None if "rest_route" in asked.query else Answer(b"<!DOCTYPE html>" + head)

    assert run(wordpress.source, door).titles() == ["port-audit"]


REFUSAL = Answer(b'{"code": "rest_forbidden", "message": "Only <b>members</b>.", "data": {}}', 401)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (
            REFUSAL,
            r"answered 401 rest_forbidden: Only members\.; ask the site's team to open wp/v2/posts, or use its feed",
        ),
        (
            Answer(b'{"code": "rest_no_route", "message": "No."}', 404),
            "answered 404 rest_no_route: No.; check the address",
        ),
        (Answer(b"<form action='/wp-login.php'>"), "answered with a login page instead of JSON; ask the site's team"),
        (Answer(b"<html>Checking you", 403), "answered 403 with a web page instead of JSON; check the address"),
        (
            Answer(b"<b>Warning</b>: x\n[]"),
            "an error message of PHP before the JSON; ask the site's team to switch display",
        ),
        (Answer(b""), "answered with nothing at all; ask the site's team to look at its error log"),
        (Answer(b'{"id": 1}'), "answered with one object instead of a list of posts; give the site's address"),
    ],
)
def test_a_closed_api_is_told_in_a_sentence(wordpress: WordPress, door: Door, answer: Answer, sentence: str) -> None:
    wordpress.before = lambda asked: answer if "wp-json" in asked.path else None

    with pytest.raises(PublisherError, match=sentence) as told:
        run(wordpress.source, door)

    assert told.value.permanent


def test_a_site_that_is_no_wordpress_is_told_so(wordpress: WordPress, door: Door) -> None:
    home = Answer(b"<!DOCTYPE html><title>Hello</title>")
    wordpress.before = lambda asked: home if asked.path == "/" else Answer(b"<p>Not here", 404)

    with pytest.raises(UnreadableInput, match=r'has no WordPress REST API; use its feed instead \(kind = "feed"\)$'):
        run(wordpress.source, door)


def test_json_that_breaks_off_is_a_fault_that_may_pass(wordpress: WordPress, door: Door) -> None:
    wordpress.before = lambda asked: Answer(b'[{"id": 1}, {"id": 2}') if "wp-json" in asked.path else None

    with pytest.raises(FarEndError, match="JSON that breaks off in the middle; try again later") as told:
        run(wordpress.source, door)

    assert not told.value.permanent


def test_a_byte_order_mark_before_the_json_does_no_harm(wordpress: WordPress, door: Door) -> None:
    wordpress.publish("port-audit")
    listed = json.dumps(wordpress.posts).encode()
    wordpress.before = lambda _asked: Answer(b"\xef\xbb\xbf" + listed, headers={"X-WP-TotalPages": "1"})

    assert run(wordpress.source, door).titles() == ["port-audit"]


def test_all_pages_are_read(wordpress: WordPress, door: Door) -> None:
    wordpress.longest_page = 7
    slugs = publish_many(wordpress, 40)

    assert set(run(wordpress.source, door).titles()) == slugs


def test_everything_is_asked_for_embedded_and_nothing_that_visitors_may_not(wordpress: WordPress, door: Door) -> None:
    wordpress.publish("port-audit")
    run(wordpress.source, door)

    listed = [asked.query for asked in wordpress.web.requests if "_embed" in asked.query]

    assert {query["_embed"] for query in listed} == {"author,wp:term,wp:featuredmedia"}
    assert not any("context" in query or "status" in query for query in listed)


def test_a_site_that_refuses_long_pages_is_asked_for_short_ones(wordpress: WordPress, door: Door) -> None:
    wordpress.longest_page, wordpress.refuses_long_pages = 10, True
    slugs = publish_many(wordpress, 25)

    assert set(run(wordpress.source, door).titles()) == slugs


def test_a_site_that_breaks_under_long_pages_is_asked_for_short_ones(wordpress: WordPress, door: Door) -> None:
    slugs = publish_many(wordpress, 25)
    wordpress.before = lambda asked: Answer(b"", 500) if asked.query.get("per_page") == "100" else None

    assert set(run(wordpress.source, door).titles()) == slugs


def test_a_site_that_does_not_count_its_pages_is_read_to_the_end(wordpress: WordPress, door: Door) -> None:
    wordpress.longest_page, wordpress.tells_pages = 4, False
    slugs = publish_many(wordpress, 12)

    assert set(run(wordpress.source, door).titles()) == slugs


@pytest.mark.parametrize("knows", [True, False], ids=["since 5.7", "before 5.7"])
def test_more_posts_of_one_second_than_a_page_holds_are_all_read(wordpress: WordPress, door: Door, knows: bool) -> None:
    wordpress.longest_page, wordpress.knows_modified_after = 3, knows
    slugs = publish_many(wordpress, 20, step=timedelta(0))

    assert set(run(wordpress.source, door).titles()) == slugs


@pytest.mark.parametrize("knows", [True, False], ids=["since 5.7", "before 5.7"])
def test_posts_that_are_edited_while_they_are_read_lose_none(wordpress: WordPress, door: Door, knows: bool) -> None:
    wordpress.longest_page, wordpress.knows_modified_after = 5, knows
    slugs = publish_many(wordpress, 30)
    edited = iter(sorted(slugs))

    def _edit_one(asked: Request) -> None:
        if "_embed" in asked.query and (slug := next(edited, None)):
            wordpress.edit(slug, title=slug, modified=NOW)

    wordpress.before = _edit_one
    first = run(wordpress.source, door)
    wordpress.before = lambda _asked: None
    second = run(wordpress.source, door, first.memory, now=NOW + HOUR)

    assert {*first.titles(), *second.titles()} == slugs


def test_what_is_edited_while_it_is_read_comes_with_the_next_run(wordpress: WordPress, door: Door) -> None:
    wordpress.longest_page = 2
    publish_many(wordpress, 6)
    wordpress.before = lambda asked: (
        wordpress.edit("report-000", title="Corrected", modified=NOW) if asked.query.get("modified_after") else None
    )
    first = run(wordpress.source, door)

    assert "Corrected" in run(wordpress.source, door, first.memory, now=NOW + HOUR).titles()


def test_posts_that_are_deleted_while_they_are_read_lose_no_other(wordpress: WordPress, door: Door) -> None:
    wordpress.longest_page = 5
    slugs = publish_many(wordpress, 30)

    def _delete_the_oldest(asked: Request) -> None:
        if "_embed" in asked.query:
            del wordpress.posts[0]

    wordpress.before = _delete_the_oldest
    deleted = slugs - set(run(wordpress.source, door).titles())

    assert deleted <= {"report-000"}


def test_a_site_that_fails_half_way_loses_nothing(wordpress: WordPress, door: Door) -> None:
    wordpress.longest_page = 3
    slugs = publish_many(wordpress, 12, start=NOW - 20 * DAY, step=DAY)
    wordpress.before = lambda asked: Answer(b"", 500) if asked.query.get("modified_after", "") > "2026-11-04" else None
    first = run(wordpress.source, door, stop_after=2)
    with pytest.raises(FarEndError):
        run(wordpress.source, door)

    wordpress.before = lambda _asked: None
    second = run(wordpress.source, door, first.memory, now=NOW + HOUR)

    assert {*first.titles(), *second.titles()} == slugs
    assert len(second.articles) < len(slugs)


def test_pages_that_are_always_the_same_are_noticed(wordpress: WordPress, door: Door) -> None:
    publish_many(wordpress, 3)
    listed = json.dumps(wordpress.posts).encode()
    wordpress.before = lambda asked: Answer(listed) if "/wp/v2/posts" in asked.path else None

    with pytest.raises(
        FarEndError, match=r"pages are all the same.*; ask the site's team to keep wp-json out of its cache"
    ):
        run(wordpress.source, door)


def test_only_what_changed_is_asked_for(wordpress: WordPress, door: Door) -> None:
    publish_many(wordpress, 5)  # the last at 11:00 on the site's clock: 28 hours before it, everything is known
    memory = run(wordpress.source, door).memory
    wordpress.web.requests.clear()

    run(wordpress.source, door, memory, now=NOW + HOUR)
    lists = [asked.query for asked in wordpress.web.requests if "_embed" in asked.query]

    assert [query["modified_after"] for query in lists] == ["2026-11-08T07:00:00"]
    assert len(wordpress.web.requests) == 2


def test_before_5_7_a_later_run_reads_back_to_the_last_one_and_no_further(wordpress: WordPress, door: Door) -> None:
    wordpress.knows_modified_after, wordpress.longest_page = False, 2
    publish_many(wordpress, 20, start=MONDAY - 20 * DAY, step=DAY)
    memory = run(wordpress.source, door).memory
    wordpress.edit("report-003", title="Corrected", modified=NOW + HOUR)
    wordpress.web.requests.clear()

    assert "Corrected" in run(wordpress.source, door, memory, now=NOW + 2 * HOUR).titles()
    assert len(wordpress.web.requests) < 10


def test_before_5_7_an_interrupted_first_run_begins_again(wordpress: WordPress, door: Door) -> None:
    wordpress.knows_modified_after, wordpress.longest_page = False, 2
    slugs = publish_many(wordpress, 9)

    first = run(wordpress.source, door, stop_after=2)
    second = run(wordpress.source, door, first.memory, now=NOW + HOUR)

    assert {*first.titles(), *second.titles()} == slugs


def test_a_scheduled_post_whose_last_change_is_long_past_comes_in_when_it_goes_out(
    wordpress: WordPress, door: Door
) -> None:
    wordpress.publish("port-audit")
    memory = run(wordpress.source, door).memory
    wordpress.publish("scheduled", published=NOW + 5 * DAY, modified_at=NOW - 20 * DAY)

    article = run(wordpress.source, door, memory, now=NOW + 5 * DAY + HOUR).only()

    assert article.title == "scheduled"
    assert article.modified == article.published == NOW + 5 * DAY


def test_a_scheduled_post_that_goes_out_during_an_interrupted_first_run_is_not_lost(
    wordpress: WordPress, door: Door
) -> None:
    wordpress.longest_page = 2
    publish_many(wordpress, 6)
    first = run(wordpress.source, door, stop_after=2)
    wordpress.publish("scheduled", published=NOW + HOUR, modified_at=MONDAY - 20 * DAY)

    assert "scheduled" in run(wordpress.source, door, first.memory, now=NOW + 2 * HOUR).titles()


def test_a_site_whose_clock_is_a_day_wrong_loses_nothing(wordpress: WordPress, door: Door) -> None:
    wordpress.publish("port-audit")
    memory = run(wordpress.source, door).memory
    wordpress.publish("new-quay", published=NOW - 24 * HOUR)

    assert "new-quay" in run(wordpress.source, door, memory, now=NOW + HOUR).titles()
