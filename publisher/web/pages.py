"""The pages we write ourselves: templates filled with ready words. Everything is escaped in the template."""

from collections.abc import Mapping
from typing import Any

from publisher import templating
from publisher.config import Settings, address_in, in_language
from publisher.languages import direction, locale
from publisher.tasks.confirming import Found, Standing
from publisher.tasks.leaving import Left, Subscription
from publisher.tasks.preferring import Preferences
from publisher.tasks.voting import Ballot
from publisher.web.words import words_in


class Pages:
    """Every page of the site that no other stage has made."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._environment = templating.environment(settings.theme, settings.own_templates)

    def ask(self, subscription: Subscription) -> str:
        """Write the page with the button; without it for somebody who has left before."""
        language, words = words_in(subscription.language)
        filled = {"newsletter": self._title(subscription.newsletter, language), "address": subscription.address}
        if not subscription.is_active:
            return self._message(language, words.left_title.format(**filled), words.already.format(**filled))
        return self._render(
            "web/leave.html",
            language,
            title=words.ask_title.format(**filled),
            sentence=words.ask.format(**filled),
            button=words.button,
        )

    def left(self, left: Left) -> str:
        """Write the page that says it is done."""
        language, words = words_in(left.language)
        filled = {"newsletter": self._title(left.newsletter, language), "address": left.address}
        sentence = words.already if left.already else words.left
        return self._message(language, words.left_title.format(**filled), sentence.format(**filled))

    def test(self) -> str:
        """Write that a link of a test mail works, and changed nothing."""
        language, words = words_in(self._settings.publication.languages[0])
        return self._message(language, words.test_title, words.test)

    def unknown(self) -> str:
        """Write, in each of the publication's languages, that a link is none of ours and where to write."""
        spoken = dict(words_in(language) for language in self._settings.publication.languages)
        first, words = next(iter(spoken.items()))
        return self._render(
            "web/unknown.html",
            first,
            title=words.unknown_title,
            sayings=[(language, said.unknown_title, said.unknown) for language, said in spoken.items()],
            contact=address_in(self._settings.publication.contact),
        )

    def ask_helpful(self, ballot: Ballot, is_helpful: bool) -> str:
        """Write the page that asks for a press of the button before an answer is counted."""
        language, words = words_in(ballot.issue.language)
        sentence = words.was_helpful if is_helpful else words.was_not_helpful
        return self._render(
            "web/leave.html",
            language,
            title=words.helpful_title,
            sentence=sentence.replace("{title}", ballot.issue.title),
            button=words.count,
        )

    def counted(self, ballot: Ballot) -> str:
        """Write that an answer is counted."""
        language, words = words_in(ballot.issue.language)
        return self._message(language, words.counted_title, words.counted.replace("{title}", ballot.issue.title))

    def preferences(self, preferences: Preferences, *, is_kept: bool) -> str:
        """Write the page of a reader's choices, in the reader's language; `is_kept` after some were kept."""
        language, words = words_in(preferences.language)
        if not preferences.can_choose:
            sentence = words.no_preferences.format(address=preferences.address)
            return self._message(language, words.preferences_title, sentence)
        return self._render(
            "web/preferences.html",
            language,
            title=words.preferences_title,
            address=words.preferences.format(address=preferences.address),
            preferences=preferences,
            choices=[
                {
                    "newsletter": choice.newsletter,
                    "title": choice.title,
                    "is_chosen": choice.is_chosen,
                    "language": choice.language,
                    "languages": [(tag, _own_name(tag)) for tag in choice.languages],
                }
                for choice in preferences.choices
            ],
            words=words,
            is_kept=is_kept,
        )

    def confirmation(self, found: Found) -> str:
        """Write the page with the button that begins a subscription, or what became of it."""
        language, words = words_in(found.language)
        filled = {"newsletter": self._title(found.newsletter, language), "address": found.address}
        if found.standing is not Standing.WAITS:
            said = {
                Standing.CONFIRMED: (words.confirmed_title, words.confirmed),
                Standing.EXPIRED: (words.expired_title, words.expired),
                Standing.ENDED: (words.ended_title, words.ended),
            }
            title, sentence = (part.format(**filled) for part in said[found.standing])
            return self._message(language, title, sentence)
        return self._render(
            "web/confirm.html",
            language,
            title=words.confirm_title.format(**filled),
            sentence=words.confirm.format(**filled),
            button=words.confirm_button,
            afterwards=words.afterwards,
        )

    def alternates(self, language: str, addresses: Mapping[str, str]) -> tuple[str, str]:
        """Write what names the copies of a page in all languages, for its head, and links to the others, for its list.

        `addresses` has those of the copies by their language; who speaks none of them is meant to have the first.
        """
        copies = [
            {"language": tag, "url": url, "name": _own_name(tag), "direction": direction(tag)}
            for tag, url in addresses.items()
        ]
        others = [copy for copy in copies if copy["language"] != language]
        return (
            self._render("web/alternates.html", language, copies=copies),
            self._render("web/translations.html", language, copies=others),
        )

    def review(self, language: str, **view: Any) -> str:
        """Write the page on which a reviewer decides."""
        return self._render("web/review.html", language, **view)

    def _message(self, language: str, title: str, sentence: str) -> str:
        return self._render("web/message.html", language, title=title, sentence=sentence)

    def _title(self, key: str, language: str) -> str:
        newsletter = self._settings.newsletter(key)
        return in_language(newsletter.title, language) if newsletter else key

    def _render(self, template: str, language: str, **view: Any) -> str:
        publication = self._settings.publication
        return templating.rendered(
            self._environment,
            template,
            language=language,
            direction=direction(language),
            publication_name=publication.name,
            publication_url=publication.url,
            **view,
        )


def _own_name(language: str) -> str:
    name = locale(language).get_display_name() or language
    return name[:1].upper() + name[1:]
