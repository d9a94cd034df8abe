"""`config.toml` and `PUBLISHER_…` variables become typed settings, or errors that name the line."""

from publisher.config.load import Settings, load
from publisher.config.settings import Newsletter, Section, Source, address_in, in_language

__all__ = ["Newsletter", "Section", "Settings", "Source", "address_in", "in_language", "load"]
