"""`config.toml` and `PUBLISHER_…` variables become typed settings, or errors that name the line."""

from publisher.config.load import load
from publisher.config.newsletters import Newsletter, Section
from publisher.config.settings import Publication, Source
from publisher.config.values import address_in, in_language
from publisher.config.whole import Settings

__all__ = ["Newsletter", "Publication", "Section", "Settings", "Source", "address_in", "in_language", "load"]
