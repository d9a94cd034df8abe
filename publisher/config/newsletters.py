"""What a newsletter may be told: its sections, its lead, who looks at it before it goes."""

from datetime import timedelta
from typing import Literal, Self

from pydantic import Field, model_validator

from publisher.config.table import Table, mistake_at
from publisher.config.values import Flag, Key, Language, Languages, Mailbox, PerLanguage, Text, Weekly, Whole

RULES = ("categories", "tags", "countries", "kickers", "sources", "languages")


EXCERPTS = ("summary", "first-paragraph", "none")
"""What may stand under a headline, beside the parts of articles that the config names."""


class Rules(Table):
    """Which articles are meant: those that have one of the names of every key that is given. Letter case is ignored."""

    categories: tuple[Text, ...] = Field(default=(), description="The categories it takes, in any language.")
    tags: tuple[Text, ...] = Field(default=(), description="The tags it takes.")
    countries: tuple[Text, ...] = Field(default=(), description="The countries it takes.")
    kickers: tuple[Text, ...] = Field(default=(), description="The kickers (lines above the title) it takes.")
    sources: tuple[Text, ...] = Field(default=(), description="The sources it takes, by their names.")
    languages: tuple[Language, ...] = Field(
        default=(), description="The languages of articles it takes; for articles that are shown untranslated."
    )

    @property
    def are_given(self) -> bool:
        """Whether there is any rule."""
        return any(getattr(self, rule) for rule in RULES)


class Section(Rules):
    """A group of articles inside an issue. An article goes to the first section that takes it."""

    key: Key = Field(description="Names the section in the addresses of its feeds.")
    title: PerLanguage = Field(description="Its heading.")
    everything_else: Flag = Field(default=False, description="Takes what no other section takes.")
    order: Literal["newest", "oldest", "title"] = Field(default="newest", description="How its articles are ordered.")
    limit: Whole | None = Field(
        default=None, ge=1, le=1000, description="How many articles it holds at most; else as many as there are."
    )
    over_limit: Literal["wait", "drop"] = Field(
        default="wait",
        description="What becomes of articles above the limit: `wait` for the next issue, or `drop`: in no issue.",
    )
    excerpt: Text = Field(
        default="summary",
        description="What is shown under a headline: `summary` (else the first paragraph), `first-paragraph`, `none`, "
        "or the name of one of publication.parts, as `analysis` (else the summary).",
    )

    @model_validator(mode="after")
    def _takes_something(self) -> Self:
        if self.are_given and self.everything_else:
            given = next(rule for rule in RULES if getattr(self, rule))
            raise mistake_at(
                "everything_else", f"found true beside {given}; a section takes the ones or the other, leave one out"
            )
        if not self.are_given and not self.everything_else:
            raise mistake_at("categories", "names none; name some, or write everything_else = true")
        return self


class Lead(Rules):
    """Which article leads the issue: the newest that fits; else the newest of the first section that has one."""

    minutes: Whole = Field(default=0, ge=0, le=600, description="How long it takes to read, at least: a long read.")


class Archive(Table):
    """Earlier articles related to those of the issue."""

    limit: Whole = Field(default=0, ge=0, le=20, description="How many are shown at most; 0: none.")
    not_in_last: Whole = Field(
        default=12, ge=0, le=520, description="None that was in so many of the last issues is shown again."
    )


class Review(Table):
    """How long a draft waits for the reviewers."""

    deadline_hours: Whole = Field(
        default=24,
        ge=1,
        le=144,
        description="When nobody has approved by then, in hours, it is held and they are told.",
    )
    reminder_hours: Whole | None = Field(
        default=None,
        ge=1,
        le=144,
        description="When they, and the deputy, are reminded, in hours; after half the time when left out.",
    )
    deputy: Mailbox | None = Field(default=None, description="Who is asked too when the reminder goes out.")

    @model_validator(mode="after")
    def _reminds_before_the_deadline(self) -> Self:
        if self.reminder_hours is not None and self.reminder_hours >= self.deadline_hours:
            raise mistake_at("reminder_hours", "is not before the deadline; give fewer hours than deadline_hours")
        return self

    @property
    def reminded_after(self) -> timedelta:
        """After what time they are reminded."""
        return timedelta(hours=self.reminder_hours or self.deadline_hours / 2)


class Newsletter(Table):
    """A recurring product: The Organization, weekly, in two languages."""

    key: Key = Field(description="Names it on the command line and in addresses; never change it.")
    title: PerLanguage = Field(description="Its name in the masthead and in feeds.")
    languages: Languages = Field(default=(), description="The languages it appears in; else all of the publication's.")
    schedule: Weekly = Field(
        description='When an issue is made, in the publication\'s time zone: weekday and time, as "fri 09:00".'
    )
    grace_hours: Whole = Field(
        default=24,
        ge=1,
        le=144,
        description="How late an issue missed while down is still made up, in hours; later it is held for a person. An "
        "issue whose sending stood still for longer waits for one too.",
    )
    approval: Literal["required", "automatic"] = Field(
        default="required",
        description="`required`: a person approves before it is sent. `automatic`: nobody looks.",
    )
    reviewers: tuple[Mailbox, ...] = Field(
        default=(), description="Who gets each draft by mail, with a link to approve or hold it."
    )
    review: Review = Field(default=Review(), description="How long a draft waits for them.")
    untranslated: Literal["skip", "show"] = Field(
        default="skip",
        description="An article with no translation into a language: left out of that language's issue, or shown with "
        "its own language marked.",
    )
    languages_wait: Flag = Field(
        default=False, description="Whether no language goes out before all languages of the issue are approved."
    )
    empty: Literal["hold", "skip"] = Field(
        default="hold", description="A week without articles: held for a person, or no issue is made."
    )
    sender_name: PerLanguage = Field(
        default={}, description="The name in From, before the address of delivery.from; else the name given there."
    )
    reply_to: Mailbox | None = Field(
        default=None, description="Where replies and comments go, to a person; else to publication.contact."
    )
    greeting: PerLanguage = Field(
        default={}, description='How a reader whose name is known is greeted, as "Dear {name},"; else nobody is.'
    )
    greeting_unnamed: PerLanguage = Field(
        default={}, description='How the others are greeted, as "Dear reader,"; needed beside greeting.'
    )
    lead: Lead = Field(default=Lead(), description="Which article leads.")
    archive: Archive = Field(default=Archive(), description="Earlier articles related to those of the issue.")
    corrections: Whole = Field(
        default=8,
        ge=0,
        le=520,
        description="Of how many of the last issues articles that were corrected or taken back since are told.",
    )
    sections: tuple[Section, ...] = Field(description="The sections, in the order of the mail.", min_length=1)

    @model_validator(mode="after")
    def _greets_everybody(self) -> Self:
        if bool(self.greeting) != bool(self.greeting_unnamed):
            given, missing = ("greeting", "greeting_unnamed") if self.greeting else ("greeting_unnamed", "greeting")
            raise mistake_at(given, f"is given without {missing}; give both, or neither")
        return self
