"""A Postfix of the suite's own: Debian's programs, its config, queue and log in a temporary folder.

It takes mail for example.org on loopback, under STARTTLS, and passes it on to the readers' mailboxes, another
server of the test. It knows every recipient but those it was told to refuse.
"""

import os
import pwd
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from aiosmtpd.controller import Controller

from tests.system.servers import certificate_for, let_in, run

PROGRAM = "/usr/sbin/postfix"

# Debian's master.cf without chroot, local delivery and the services that other setups need.
_SERVICES = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
lmtp unix - - n - - lmtp
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""

_SETTINGS = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
mail_owner = postfix
myhostname = relay.example.net
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mydestination =
relay_domains = example.org
relayhost = [127.0.0.1]:{mailboxes}
relay_transport = {transport}
recipient_delimiter = +
alias_maps =
alias_database =
disable_dns_lookups = yes
smtp_host_lookup = native
notify_classes =
smtpd_recipient_restrictions = check_recipient_access texthash:{folder}/recipients, permit_mynetworks, reject
smtpd_tls_security_level = encrypt
smtpd_tls_cert_file = {folder}/certificate.pem
smtpd_tls_key_file = {folder}/key.pem
smtp_tls_security_level = none
"""


@dataclass
class Postfix:
    """The running server: its port, the certificate that vouches for it, and its log."""

    port: int
    certificate: Path
    log: Path


@contextmanager
def server(
    folder: Path, mailboxes: int, refused: tuple[str, ...] = (), transport: str = "relay", more: str = ""
) -> Iterator[Postfix]:
    """Run a server whose files are in `folder` and that passes mail on to the port `mailboxes`.

    With `transport` it hands mail over as that says, as `lmtp:inet:127.0.0.1:8024`. `more` are other settings.
    """
    let_in(folder)
    (folder / "queue").mkdir()
    (folder / "data").mkdir()
    os.chown(folder / "data", pwd.getpwnam("postfix").pw_uid, -1)
    (folder / "main.cf").write_text(_SETTINGS.format(folder=folder, mailboxes=mailboxes, transport=transport) + more)
    (folder / "recipients").write_text("".join(f"{address} 550 5.1.1 no such reader\n" for address in refused))
    certificate = certificate_for(folder)
    port = _started(folder)
    try:
        yield Postfix(port, certificate, folder / "log")
    finally:
        run(PROGRAM, "-c", str(folder), "stop")


def _started(folder: Path) -> int:
    """Start it and give its port; another one is tried when somebody was faster to take a port that was free."""
    log = folder / "log"
    for _ in range(3):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = int(free.getsockname()[1])
        (folder / "master.cf").write_text(_SERVICES.format(port=port))
        if subprocess.run([PROGRAM, "-c", str(folder), "start"], check=False, capture_output=True).returncode == 0:
            return port
    raise AssertionError(f"Postfix does not start: {log.read_text() if log.exists() else 'it has no log'}")


@contextmanager
def mailboxes(handler: object) -> Iterator[int]:
    """Run the server that mail is passed on to, as a handler of aiosmtpd answers for it; give its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    running = Controller(handler, hostname="127.0.0.1", port=port)
    running.start()
    try:
        yield port
    finally:
        running.stop()
