"""Judges the SPF record of the domain of return paths: that receivers can read it, and whom it lets send."""

from collections.abc import Iterator
from dataclasses import dataclass

from publisher.deliver.domain import spf_policy
from publisher.deliver.domain.asking import Judgment, Resolver, Verdict
from publisher.deliver.domain.spf_policy import COUNTED_TO, MOST_LOOKUPS, MOST_VOID, Policy, Reading, Result

ABOUT = "spf"
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Senders:
    """Where mails leave from: the configured server's name, and the public addresses of our own as far as known."""

    host: str
    addresses: tuple[str, ...]
    is_own: bool

    @property
    def remedy(self) -> str:
        """The record to publish."""
        if not self.is_own:
            return "the one that your mail service names"
        named = " ".join(f"ip{6 if ':' in one else 4}:{one}" for one in self.addresses) or "ip4:ADDRESS"
        return f'"v=spf1 {named} -all", with the addresses that your mail server sends from'


def check(domain: str, senders: Senders, resolver: Resolver) -> Iterator[Judgment]:
    """Judge the SPF record of the domain of return paths."""
    records = spf_policy.records(resolver.texts(domain))
    if len(records) != 1:
        yield Judgment(ABOUT, Verdict.WRONG, _not_one(domain, len(records), senders))
        return
    reading = Reading(resolver)
    policy = reading.policy(domain, records[0])
    wrong = [
        f"{mistake}, so receivers take the whole record for broken; mend it"
        for mistake in reading.mistakes[:_MOST_NAMED]
    ]
    if reading.lookups > MOST_LOOKUPS:
        many = f"more than {COUNTED_TO}" if reading.lookups > COUNTED_TO else str(reading.lookups)
        wrong.append(
            f"the record of {domain} takes {many} look-ups, and receivers stop at {MOST_LOOKUPS}; name addresses "
            "(ip4:, ip6:) in place of names, and leave out services that send no mail for you any more"
        )
    if reading.void > MOST_VOID:
        wrong.append(
            f"the record of {domain} leads to {reading.void} names that DNS knows nothing of, and receivers stop at "
            f"{MOST_VOID}; take them out"
        )
    yield from (Judgment(ABOUT, Verdict.WRONG, words) for words in wrong)
    if not wrong:
        yield Judgment(ABOUT, Verdict.GOOD, f"{domain} has one record, of {reading.lookups} look-ups: {records[0]}")
    yield from _about_the_rest(domain, policy, reading)
    yield from (_judged_sender(domain, policy, address, senders) for address in senders.addresses)


def _not_one(domain: str, count: int, senders: Senders) -> str:
    if count:
        return f"{domain} has {count} SPF records, and receivers then take none; make one of them"
    return (
        f"{domain} has no SPF record, so nobody knows who may send its mails; publish {senders.remedy}, as a TXT record"
    )


def _about_the_rest(domain: str, policy: Policy, reading: Reading) -> Iterator[Judgment]:
    last = spf_policy.ends_with(policy)
    if last is Result.PASS:
        words = f'the record of {domain} lets everybody send mails as {domain}; end it with "-all"'
        yield Judgment(ABOUT, Verdict.WRONG, words)
    elif last is Result.NEUTRAL and not reading.mistakes:
        words = f'the record of {domain} says nothing of other senders; end it with "-all", or with "~all" for a trial'
        yield Judgment(ABOUT, Verdict.REMARK, words)
    if reading.uses_ptr:
        words = f'the record of {domain} uses "ptr", which many receivers skip; name addresses in its place'
        yield Judgment(ABOUT, Verdict.REMARK, words)


def _judged_sender(domain: str, policy: Policy, address: str, senders: Senders) -> Judgment:
    found = spf_policy.result(policy, address)
    if found is Result.PASS:
        return Judgment(ABOUT, Verdict.GOOD, f"{domain} lets {address} ({senders.host}) send")
    if found is Result.UNKNOWN:
        words = f"whether {domain} lets {address} ({senders.host}) send depends on the single mail; send yourself one"
        return Judgment(ABOUT, Verdict.REMARK, words)
    term = f"ip{6 if ':' in address else 4}:{address}"
    words = f"the record of {domain} does not let {address} ({senders.host}) send ({found}); add {term} to it"
    return Judgment(ABOUT, Verdict.WRONG, words)
