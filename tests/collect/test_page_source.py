"""Which pages of a site are asked for, when, and what is remembered of them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from publisher.collect import Memory, page
from publisher.collect.page import register
from publisher.config.settings import Fetch
from publisher.errors import FarEndError
from publisher.fetch import Door
from tests.collect.newsroom import MONDAY, NOW, PUBLICATION, Collected, run
from tests.collect.pagesite import HTML, PageSite, article, entry, urlset
from tests.collect.web import Answer, Web

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def site(web: Web) -> PageSite:
    return PageSite(web)


def reasons(collected: Collected) -> list[str]:
    return [skipped.reason for skipped in collected.skipped]


def test_an_unchanged_sitemap_asks_for_no_article_and_moves_no_memory(site: PageSite, door: Door) -> None:
    site.publish("port-audit")
    before = run(site.source, door)

    again = run(site.source, door, before.memory, now=NOW + 30 * DAY)

    assert site.asked("port-audit") == 1
    assert again.memory == before.memory


def test_the_newest_come_first(site: PageSite, door: Door) -> None:
    for day in range(3):
        site.publish(f"report-{day}", published=MONDAY + day * DAY)

    assert run(site.source, door).titles() == ["report-2", "report-1", "report-0"]


def test_the_first_collection_goes_back_sixty_days_and_further_up_to_a_number(
    site: PageSite, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register, "FEWEST_AT_FIRST", 3)
    for days in (1, 10, 100, 200, 300):
        site.publish(f"report-{days}", published=NOW - days * DAY)
    few = run(site.source, door)
    for days in (2, 20):
        site.publish(f"report-{days}", published=NOW - days * DAY)

    many = run(site.source, door)

    assert few.titles() == ["report-1", "report-10", "report-100"]
    assert many.titles() == ["report-1", "report-2", "report-10", "report-20"]
    assert run(site.source, door, few.memory, now=NOW + HOUR).titles() == ["report-2", "report-20"]


def test_old_articles_that_were_left_out_come_in_when_they_change(
    site: PageSite, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register, "FEWEST_AT_FIRST", 1)
    for days in (1, 100):
        site.publish(f"report-{days}", published=NOW - days * DAY)
    memory = run(site.source, door).memory

    site.edit("report-100", title="report-100, corrected", modified=NOW)

    assert run(site.source, door, memory, now=NOW + HOUR).titles() == ["report-100, corrected"]


def test_what_one_run_has_no_room_for_comes_with_the_next(
    site: PageSite, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "MOST_ASKED", 3)
    for number in range(7):
        site.publish(f"report-{number}", published=MONDAY + number * HOUR)

    first = run(site.source, door)
    second = run(site.source, door, first.memory, now=NOW + HOUR)
    third = run(site.source, door, second.memory, now=NOW + 2 * HOUR)

    assert first.titles() == ["report-6", "report-5", "report-4"]
    assert {*second.titles(), *third.titles()} == {"report-0", "report-1", "report-2", "report-3"}


@pytest.mark.parametrize("place", ["sitemap.xml", "news/"])
def test_interrupted_nothing_is_lost_and_nothing_asked_for_twice(
    site: PageSite, door: Door, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setattr(page, "AT_ONCE", 2)
    site.place = place
    for number in range(7):
        site.publish(f"report-{number}", published=MONDAY + number * HOUR)

    first = run(site.source, door, stop_after=2)
    second = run(site.source, door, first.memory, now=NOW + HOUR)

    assert len(first.titles()) == 4
    assert sorted([*first.titles(), *second.titles()]) == [f"report-{number}" for number in range(7)]


def test_what_is_not_there_is_told_once_and_asked_for_again_after_a_day(site: PageSite, door: Door) -> None:
    site.publish("port-audit")
    site.withdraw("port-audit")

    first = run(site.source, door)
    soon = run(site.source, door, first.memory, now=NOW + HOUR)
    site.publish("port-audit")
    later = run(site.source, door, soon.memory, now=NOW + DAY)

    assert [skipped.what for skipped in first.skipped] == [site.url("port-audit")]
    assert reasons(first) == ["it answered 404, so it is not there; take it off the list that names it"]
    assert (soon.skipped, soon.memory) == ([], first.memory)
    assert later.titles() == ["port-audit"]


def test_what_holds_no_article_is_told_once_and_seldom_asked_for(site: PageSite, door: Door) -> None:
    site.publish_nonsense()
    memory, told = Memory(), []
    for day in range(31):
        collected = run(site.source, door, memory, now=NOW + day * DAY)
        memory = collected.memory
        told += collected.skipped

    assert [skipped.what for skipped in told] == [site.url("our-staff")]
    assert site.asked("our-staff") == 5


def test_an_article_that_is_gone_twice_a_day_apart_is_withdrawn(site: PageSite, door: Door) -> None:
    site.publish("port-audit")
    memory = run(site.source, door).memory
    site.withdraw("port-audit", 410)
    site.listed["port-audit"] = NOW

    once = run(site.source, door, memory, now=NOW + HOUR)
    soon = run(site.source, door, once.memory, now=NOW + 2 * HOUR)
    twice = run(site.source, door, soon.memory, now=NOW + HOUR + DAY)

    assert (once.withdrawn, soon.withdrawn) == ([], [])
    assert twice.withdrawn == [site.url("port-audit")]


def test_an_article_that_was_gone_comes_back(site: PageSite, door: Door) -> None:
    site.validators = True
    site.publish("port-audit")
    memory = run(site.source, door).memory
    there = site.pages["/port-audit/"]
    site.withdraw("port-audit")
    site.listed["port-audit"] = NOW
    gone = run(site.source, door, memory, now=NOW + HOUR)

    site.pages["/port-audit/"] = there

    assert run(site.source, door, gone.memory, now=NOW + 2 * DAY).titles() == ["port-audit"]


def test_an_article_that_its_list_left_out_for_a_while_comes_back(site: PageSite, door: Door) -> None:
    site.validators = True
    site.publish("old-pier", published=MONDAY - DAY)
    site.publish("port-audit")
    memory = run(site.source, door).memory
    when = site.listed.pop("port-audit")
    without = run(site.source, door, memory, now=NOW + HOUR)
    again = run(site.source, door, without.memory, now=NOW + 2 * HOUR)
    site.listed["port-audit"] = when

    assert again.memory == without.memory
    assert run(site.source, door, again.memory, now=NOW + 3 * HOUR).titles() == ["port-audit"]


def test_a_server_that_fails_for_one_article_costs_that_article(site: PageSite, door: Door) -> None:
    site.publish("port-audit")
    site.publish("old-pier")
    site.before = lambda asked: Answer(status=503) if asked.path == "/port-audit/" else None

    first = run(site.source, door)
    site.before = lambda _asked: None
    second = run(site.source, door, first.memory, now=NOW + HOUR)

    assert first.titles() == ["old-pier"]
    assert reasons(first) == ["it answered 503 Service Unavailable; try again later"]
    assert second.titles() == ["port-audit"]


def test_a_server_that_fails_for_one_article_after_another_is_left_alone(site: PageSite, door: Door) -> None:
    for number in range(9):
        site.publish(f"report-{number}", published=MONDAY + number * HOUR)
    memories: list[Memory] = []
    collecting = page.collect(site.source, door, Memory(), NOW, PUBLICATION)
    site.before = lambda asked: Answer(status=503) if asked.path < "/report-7" and "report" in asked.path else None

    with pytest.raises(FarEndError, match=r"report-2/ answered 503"):
        memories.extend(given.memory for given in collecting)
    site.before = lambda _asked: None
    again = run(site.source, door, memories[-1], now=NOW + HOUR)

    assert sorted(again.titles()) == [f"report-{number}" for number in range(7)]


def test_two_addresses_of_one_article_are_one_article(site: PageSite, door: Door) -> None:
    site.publish("port-audit")
    site.listed["old/port-audit"] = MONDAY
    site.pages["/old/port-audit/"] = Answer(status=301, headers={"Location": "/port-audit/"})

    collected = run(site.source, door)

    assert [found.url for found in collected.articles] == [site.url("port-audit")]
    assert collected.skipped == []


def test_an_address_that_leads_to_another_site_is_none_of_ours(site: PageSite, door: Door) -> None:
    site.listed["partner"] = MONDAY
    elsewhere = site.web.url.replace("127.0.0.1", "localhost")
    site.pages["/partner/"] = Answer(status=302, headers={"Location": f"{elsewhere}/port-audit/"})
    site.publish("port-audit")
    settings = Fetch(allow_hosts=("127.0.0.1", "localhost"), pause_seconds=0)

    with Door(settings, "desk@estuary.example.org") as door:
        collected = run(site.source, door)

    assert collected.titles() == ["port-audit"]
    assert reasons(collected) == [f"it leads to another site, {elsewhere}/port-audit/; take it off the list"]


def test_young_articles_of_a_list_without_times_are_looked_at_once_a_day(site: PageSite, door: Door) -> None:
    site.place, site.validators = "news/", True
    site.publish("port-audit", published=NOW - DAY)
    memory = run(site.source, door).memory
    first = run(site.source, door, memory, now=NOW + HOUR)
    unchanged = run(site.source, door, first.memory, now=NOW + DAY)
    site.publish("port-audit", published=NOW - DAY, title="Port audit, corrected")
    soon = run(site.source, door, unchanged.memory, now=NOW + DAY + HOUR)
    changed = run(site.source, door, soon.memory, now=NOW + 2 * DAY)
    old = run(site.source, door, changed.memory, now=NOW + 8 * DAY)

    assert [len(one.articles) for one in (first, unchanged, soon, changed, old)] == [0, 0, 0, 1, 0]
    assert (first.memory, soon.memory) == (memory, unchanged.memory)
    assert changed.titles() == ["Port audit, corrected"]
    assert site.asked("port-audit") == 3


def test_a_sitemap_whose_times_name_only_days_is_a_list_without_times(site: PageSite, door: Door) -> None:
    site.publish("port-audit", published=NOW - DAY)
    site.listed["port-audit"] = "2026-11-19"
    memory = run(site.source, door).memory
    site.publish("port-audit", published=NOW - DAY, title="Port audit, corrected")
    site.listed["port-audit"] = "2026-11-19"

    assert run(site.source, door, memory, now=NOW + DAY).titles() == ["Port audit, corrected"]


def test_times_that_all_move_with_the_list_say_nothing(site: PageSite, door: Door) -> None:
    for number in range(12):
        site.publish(f"report-{number}", published=NOW)
    memory = run(site.source, door).memory
    for slug in site.listed:
        site.listed[slug] = NOW + HOUR

    again = run(site.source, door, memory, now=NOW + HOUR)

    assert (again.articles, again.memory) == ([], memory)
    assert site.asked("report-0") == 1


def test_an_article_without_a_date_is_dated_by_its_list_and_keeps_that(site: PageSite, door: Door) -> None:
    site.publish("port-audit")
    undated = article("port-audit", MONDAY, "").replace(b"article:published_time", b"x")
    site.pages["/port-audit/"] = Answer(undated, headers=HTML)
    first = run(site.source, door)
    site.listed["port-audit"] = NOW

    again = run(site.source, door, first.memory, now=NOW + HOUR)

    assert first.only().published == MONDAY
    assert (again.only().published, again.only().modified) == (MONDAY, NOW)


def test_robots_txt_closes_an_article(site: PageSite, door: Door) -> None:
    site.publish("port-audit")
    site.publish("closed-report")
    site.serves("/robots.txt", "User-agent: *\nDisallow: /closed")

    collected = run(site.source, door)

    assert (collected.titles(), site.asked("closed-report")) == (["port-audit"], 0)
    assert reasons(collected) == [
        'it is closed to programs by its site\'s robots.txt; ask whoever keeps that site to allow "publisher" there'
    ]


def test_robots_txt_closes_a_list(site: PageSite, door: Door) -> None:
    site.serves("/robots.txt", "User-agent: publisher\nDisallow: /")

    with pytest.raises(FarEndError, match=r"/sitemap\.xml is closed to programs by its site's robots\.txt; ask"):
        run(site.source, door)


def test_what_a_whole_list_shows_is_told(site: PageSite, door: Door) -> None:
    site.publish("port-audit", published=MONDAY)
    site.publish("old-pier", published=MONDAY + DAY)
    memory = run(site.source, door).memory
    del site.listed["old-pier"]
    site.publish("new-quay", published=NOW)

    listed = run(site.source, door, memory, now=NOW + HOUR).listed

    assert listed is not None
    assert listed.since == MONDAY
    assert listed.urls == {site.url("port-audit"), site.url("new-quay")}


@pytest.mark.parametrize("place", ["news/", "cut.xml"])
def test_what_is_not_shown_whole_is_not_told(site: PageSite, door: Door, place: str) -> None:
    site.publish("port-audit")
    site.serves("/cut.xml", urlset(entry(site.url("port-audit"), MONDAY), entry(site.url("pier"), MONDAY))[:-30])
    site.place = place

    assert run(site.source, door).listed is None


def test_the_memory_stays_bounded(site: PageSite, door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "MOST_REMEMBERED", 4)
    memory, titles = Memory(), []
    for day in range(12):
        site.publish(f"report-{day}", published=NOW + day * DAY)
        collected = run(site.source, door, memory, now=NOW + day * DAY + HOUR)
        memory = collected.memory
        titles += collected.titles()

    assert titles == [f"report-{day}" for day in range(12)]
    assert sum(name.startswith("page ") for name in memory.values) == 4


def test_a_memory_that_makes_no_sense_is_no_memory(site: PageSite, door: Door) -> None:
    site.publish("port-audit")
    memory = run(site.source, door).memory
    spoiled: dict[str, Any] = {
        name: "?" if name.startswith(("page ", "floor")) else value for name, value in memory.values.items()
    }

    assert run(site.source, door, replace(memory, values=spoiled), now=NOW + HOUR).titles() == ["port-audit"]
