"""What the relay of the config does with a mail, and what only its site can switch."""

from typing import Any

from publisher.cli.doctor.arguments import tell
from publisher.deliver.relays.relay import Relay


def show(relay: Relay) -> None:
    """Show what is to be known of the relay, a sentence each."""
    tell("relay", relay.name)
    if relay.return_path:
        tell("  return path", f"it puts {relay.return_path}, in the place of ours")
    for name, sentences in (("  by itself", relay.by_itself), ("  at its site", relay.at_its_site)):
        for sentence in sentences:
            tell(name, sentence)


def document(relay: Relay) -> dict[str, Any]:
    """Give the same for a program."""
    return {
        "relay": relay.key,
        "rewrites": sorted(relay.rewrites),
        "return_path": relay.return_path or None,
        "by_itself": list(relay.by_itself),
        "at_its_site": list(relay.at_its_site),
    }
