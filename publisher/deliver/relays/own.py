"""A mail server of one's own: it changes nothing, and bounces come to our return paths."""

from publisher.deliver.relays.relay import COMMON, Relay

RELAY = Relay(key="own", name="a mail server of your own", quotas=COMMON)
