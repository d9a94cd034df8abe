"""The donation appeal: its words, when they are others, and for whom."""

from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from publisher.config.table import Table, mistake_at
from publisher.config.values import Flag, PerLanguage, Text


class Campaign(Table):
    """Days on which mails and web copies have other words of appeal. What is not given stays as it is."""

    first: date = Field(description="The first day, as 2026-12-01, in the publication's time zone.")
    last: date = Field(description="The last day.")
    heading: PerLanguage = Field(default={}, description="The first line.")
    text: PerLanguage = Field(default={}, description="Why to give.")
    button: PerLanguage = Field(default={}, description="What the button says.")
    url: PerLanguage = Field(default={}, description="Where it leads.")
    goal: PerLanguage = Field(default={}, description="What is to be reached, in a line under the text.")

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.last < self.first:
            raise mistake_at("last", f"{self.last} is before the first day; write a later one")
        return self


class Audience(Table):
    """Subscribers with a tag, as donors, who get other words of appeal, or none."""

    tag: Text = Field(description="The subscribers' tag.")
    no_appeal: Flag = Field(default=False, description="They get no appeal.")
    heading: PerLanguage = Field(default={}, description="The first line.")
    text: PerLanguage = Field(default={}, description="Why to give.")
    button: PerLanguage = Field(default={}, description="What the button says.")
    url: PerLanguage = Field(default={}, description="Where it leads.")


class Appeal(Table):
    """The donation appeal."""

    heading: PerLanguage = Field(description="Its first line.")
    text: PerLanguage = Field(description="Why to give, in a sentence or two.")
    button: PerLanguage = Field(description="What the button says.")
    url: PerLanguage = Field(description="Where the button leads.")
    placement: tuple[Literal["after-lead", "end"], ...] = Field(
        default=("after-lead", "end"), description="Where in a mail it stands."
    )
    muted: tuple[date, ...] = Field(default=(), description="Days on which no issue has an appeal, as 2026-11-20.")
    calendar: tuple[Campaign, ...] = Field(default=(), description="Campaigns; the first whose days include it counts.")
    audiences: tuple[Audience, ...] = Field(
        default=(), description="Readers with other words; the first whose tag a subscriber has counts."
    )
