"""The one door to other people's web: requests with caps, politeness and no private addresses."""

from publisher.fetch.answers import Response, Validators
from publisher.fetch.door import Door
from publisher.fetch.faults import TooLarge
from publisher.fetch.guard import PrivateAddress, is_public

__all__ = ["Door", "PrivateAddress", "Response", "TooLarge", "Validators", "is_public"]
