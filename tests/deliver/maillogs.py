"""What mail servers write into their logs of a mail they took: delivered, put off, given up, expired."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

SECOND = timedelta(seconds=1)
DELIVERED, PUT_OFF, GIVEN_UP, EXPIRED, REFUSED = "delivered", "put off", "given up", "expired", "refused"
HOST = "mx.example.net[192.0.2.25]"
NO_SUCH_USER = "550 5.1.1 <ana@example.net>: no such user"


@dataclass(frozen=True)
class Mail:
    """A mail as the server sees it, and when it came."""

    key: str
    sender: str
    recipient: str
    at: datetime

    @property
    def queue(self) -> int:
        return crc32(self.key.encode())


Written = Callable[[Mail, str], list[str]]
"""Gives the lines of a mail, and what became of it."""


def _bsd(at: datetime) -> str:
    return f"{at.astimezone():%b %e %H:%M:%S}"


def postfix(mail: Mail, became: str = DELIVERED) -> list[str]:
    queue = f"{mail.queue:010X}"
    statuses = {
        DELIVERED: "dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 9D5E1C0F77)",
        PUT_OFF: f"dsn=4.2.2, status=deferred (host {HOST} said: 452 4.2.2 mailbox full (in reply to RCPT TO command))",
        GIVEN_UP: f"dsn=5.1.1, status=bounced (host {HOST} said: {NO_SUCH_USER} (in reply to RCPT TO command))",
    }
    told = [
        ("smtpd", "client=localhost[127.0.0.1]"),
        ("cleanup", f"message-id=<{mail.key}@estuary.example.org>"),
        ("qmgr", f"from=<{mail.sender}>, size=41877, nrcpt=1 (queue active)"),
    ]
    if became == REFUSED:
        told[2:] = [("cleanup", f"milter-reject: END-OF-MESSAGE from localhost[127.0.0.1]: 4.7.1 later; {mail.sender}")]
    if became in statuses:
        relayed = f"relay={HOST}:25, delay=0.84, delays=0.1/0.01/0.31/0.42, {statuses[became]}"
        told.append(("smtp", f"to=<{mail.recipient}>, {relayed}"))
    if became == EXPIRED:
        told.append(("qmgr", f"from=<{mail.sender}>, status=expired, returned to sender"))
    if became in (DELIVERED, GIVEN_UP, EXPIRED):
        told.append(("qmgr", "removed"))
    return [
        f"{_bsd(mail.at + number * SECOND / 10)} relay postfix/{program}[{4000 + number}]: {queue}: {words}"
        for number, (program, words) in enumerate(told)
    ]


def exim(mail: Mail, became: str = DELIVERED) -> list[str]:
    at, queue = f"{mail.at:%Y-%m-%d %H:%M:%S} +0000", f"1wA{mail.queue % 1000:03d}-{mail.queue:011d}-7QaZ"
    came = f"<= {mail.sender} H=localhost [127.0.0.1] P=esmtp S=41877 id={mail.key}@estuary.example.org"
    route = "R=dnslookup T=remote_smtp H=mx.example.net [192.0.2.25]"
    told = {
        DELIVERED: f'=> {mail.recipient} {route} X=TLS1.3:ECDHE_X25519:256 C="250 2.0.0 Ok: queued as 9D5E1C0F77"',
        PUT_OFF: f"== {mail.recipient} {route} defer (-44): SMTP error from remote mail server after RCPT TO: 452 full",
        GIVEN_UP: f"** {mail.recipient} {route}: SMTP error from remote mail server after RCPT TO: {NO_SUCH_USER}",
        EXPIRED: f"** {mail.recipient} {route}: retry timeout exceeded",
    }
    if became == REFUSED:
        return [f"{at} {queue} H=localhost [127.0.0.1] F=<{mail.sender}> temporarily rejected after DATA: later"]
    ended = [f"{at} {queue} Completed"] if became != PUT_OFF else []
    return [f"{at} {queue} {came}", f"{at} {queue} {told[became]}", *ended]


def opensmtpd(mail: Mail, became: str = DELIVERED) -> list[str]:
    begun = f"{_bsd(mail.at)} relay smtpd[7711]: 5df87c{mail.queue:010x}"
    message, envelope = f"{mail.queue:08x}", f"{mail.queue:08x}4797fe79"
    if became == REFUSED:
        return [f'{begun} smtp failed-command command="DATA" result="451 4.7.1 later"']
    named = f"evpid={envelope} from=<{mail.sender}> to=<{mail.recipient}>"
    told = {
        DELIVERED: 'result="Ok" stat="250 2.0.0 Ok: queued as 9D5E1C0F77"',
        PUT_OFF: 'result="TempFail" stat="452 4.2.2 mailbox full"',
        GIVEN_UP: f'result="PermFail" stat="{NO_SUCH_USER}"',
        EXPIRED: 'result="PermFail" stat="Envelope expired"',
    }
    relayed = 'rcpt=<-> source="192.0.2.9" relay="192.0.2.25 (mx.example.net)" delay=1s'
    return [
        f"{begun} smtp message msgid={message} size=41877 nrcpt=1 proto=ESMTP",
        f"{begun} smtp envelope {named}",
        f"{begun} mta delivery {named} {relayed} {told[became]}",
    ]


def kumomta(mail: Mail, became: str = DELIVERED) -> list[str]:
    record = {
        "id": f"{mail.queue:032x}",
        "sender": mail.sender,
        "recipient": mail.recipient,
        "queue": "example.net",
        "size": 41877,
        "timestamp": int(mail.at.timestamp()),
        "headers": {},
    }
    kinds = {
        DELIVERED: ("Delivery", 250, (2, 0, 0), "Ok: queued as 9D5E1C0F77"),
        PUT_OFF: ("TransientFailure", 452, (4, 2, 2), "mailbox full"),
        GIVEN_UP: ("Bounce", 550, (5, 1, 1), "<ana@example.net>: no such user"),
        EXPIRED: ("Expiration", 551, (5, 4, 7), "next delivery time would be after expiry"),
    }
    if became == REFUSED:
        return []
    kind, code, enhanced, content = kinds[became]
    parts = dict(zip(("class", "subject", "detail"), enhanced, strict=True))
    response = {"code": code, "enhanced_code": parts, "content": content, "command": "."}
    return [json.dumps({"type": "Reception", **record}), json.dumps({"type": kind, **record, "response": response})]


def journald(mail: Mail, became: str = DELIVERED) -> list[str]:
    """Write what Postfix told, as `journalctl -o json` gives it."""
    lines = []
    for line in postfix(mail, became):
        program, _, words = line.partition(" relay ")[2].partition(": ")
        name, _, process = program.partition("[")
        entry = {"SYSLOG_IDENTIFIER": name, "SYSLOG_PID": process.strip("]"), "MESSAGE": words}
        lines.append(json.dumps({"__REALTIME_TIMESTAMP": f"{mail.at.timestamp() * 1e6:.0f}", **entry}))
    return lines


SERVERS: dict[str, Written] = {
    "postfix": postfix,
    "exim": exim,
    "opensmtpd": opensmtpd,
    "kumomta": kumomta,
    "journald": journald,
}
