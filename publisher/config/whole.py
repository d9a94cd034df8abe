"""The whole config: every table of it, and what follows from where its file stands."""

from pathlib import Path
from urllib.parse import quote

from pydantic import Field, PrivateAttr

from publisher.config.appeals import Appeal
from publisher.config.newsletters import Newsletter
from publisher.config.notify import Notify
from publisher.config.settings import (
    Database,
    DeliverySettings,
    Engine,
    Feeds,
    Fetch,
    License,
    Publication,
    ScheduleSettings,
    Source,
    Web,
)
from publisher.config.table import Table, config_folder
from publisher.config.theme import Theme


class Settings(Table):
    """The whole config. Relative paths in it count from the folder where the file stands."""

    publication: Publication
    database: Database = Database()
    sources: tuple[Source, ...] = Field(min_length=1)
    license: License
    appeal: Appeal
    newsletters: tuple[Newsletter, ...] = Field(min_length=1)
    delivery: DeliverySettings
    feeds: Feeds = Feeds()
    web: Web
    theme: Theme = Theme()
    fetch: Fetch = Fetch()
    schedule: ScheduleSettings = ScheduleSettings()
    engine: Engine = Engine()
    notify: Notify = Notify()
    _folder: Path = PrivateAttr(default_factory=lambda: config_folder.get())

    def newsletter(self, key: str) -> Newsletter | None:
        """Find a newsletter by its key."""
        return next((newsletter for newsletter in self.newsletters if newsletter.key == key), None)

    def languages_of(self, newsletter: Newsletter) -> tuple[str, ...]:
        """Give the languages a newsletter appears in."""
        return newsletter.languages or self.publication.languages

    def path(self, relative: Path) -> Path:
        """Give a path of the config as a path to open."""
        return self._folder / relative

    @property
    def own_templates(self) -> Path | None:
        """The folder of the newsroom's own templates, if it has one."""
        return self.path(self.theme.templates) if self.theme.templates else None

    @property
    def database_url(self) -> str:
        """The database's URL to open: a relative SQLite path made absolute, a password from beside it put in."""
        scheme, separator, rest = self.database.url.partition("://")
        if scheme == "sqlite":
            return f"{scheme}{separator}/{(self._folder / rest.removeprefix('/')).absolute()}"
        if self.database.password:
            user, _, there = rest.partition("@")
            return f"{scheme}{separator}{user}:{quote(self.database.password.get_secret_value(), safe='')}@{there}"
        return self.database.url
