"""`config.toml` and `PUBLISHER_…` variables become typed settings, or errors that name the line."""

from publisher.config.load import Settings, load
from publisher.config.settings import Newsletter, Section, Source, in_language

__all__ = ["Newsletter", "Section", "Settings", "Source", "in_language", "load"]
