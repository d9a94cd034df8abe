"""A Dovecot of the suite's own: Debian's IMAP server, its config, mail and log in a temporary folder, on loopback."""

import os
import pwd
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.system.servers import certificate_for, let_in, run

PROGRAM = "/usr/sbin/dovecot"
IMAP = "/usr/lib/dovecot/imap"
_numbers = count()
USER, PASSWORD = "bounces", "open-sesame"

_SETTINGS = """\
base_dir = {run}
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
mail_location = maildir:{folder}/mail
first_valid_uid = 1
auth_failure_delay = 0
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {secured}
  }}
}}
service auth {{
  unix_listener {folder}/auth {{
    mode = 0666
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""


@dataclass
class Dovecot:
    """The running server: its ports for STARTTLS and for TLS, its certificate, and the Maildir of its one user."""

    plain: int
    secured: int
    certificate: Path
    maildir: Path

    def gets(self, *mails: bytes) -> None:
        """Put mails into the mailbox."""
        for octets in mails:
            file = self.maildir / "new" / f"{next(_numbers)}.mail"
            file.write_bytes(octets)
            os.chown(file, pwd.getpwnam("mail").pw_uid, -1)

    def empty(self) -> None:
        """Take all mails out of it."""
        for file in self._mails():
            file.unlink()

    def flags(self) -> list[str]:
        """Give the flags of its mails."""
        return sorted(file.name.partition(":2,")[2] for file in self._mails())

    def _mails(self) -> list[Path]:
        return [file for folder in ("new", "cur") for file in (self.maildir / folder).iterdir()]


@contextmanager
def server(folder: Path) -> Iterator[Dovecot]:
    """Run a server whose files are in `folder`, and its sockets, whose names have a limit, in a short one."""
    with TemporaryDirectory(prefix="dovecot-") as sockets:
        yield from _served(folder, Path(sockets))


def _served(folder: Path, sockets: Path) -> Iterator[Dovecot]:
    sockets.chmod(0o755)
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        plain, secured = one.getsockname()[1], other.getsockname()[1]
    let_in(folder)
    owner = pwd.getpwnam("mail")
    for inner in ("mail", "mail/new", "mail/cur", "mail/tmp"):
        (folder / inner).mkdir()
        os.chown(folder / inner, owner.pw_uid, owner.pw_gid)
    certificate = certificate_for(folder)
    values = {"password": PASSWORD, "uid": owner.pw_uid, "gid": owner.pw_gid, "plain": plain, "secured": secured}
    config = folder / "dovecot.conf"
    config.write_text(_SETTINGS.format(folder=folder, run=sockets, **values))
    # Its children keep what it may write to open, so it gets nothing to write to.
    subprocess.run([PROGRAM, "-c", str(config)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield Dovecot(plain, secured, certificate, folder / "mail")
    finally:
        run(PROGRAM, "-c", str(config), "stop")
