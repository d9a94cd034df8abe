"""What the servers of the suite have in common: a certificate, a folder they may enter, commands that must work."""

import subprocess
from pathlib import Path


def let_in(folder: Path) -> None:
    """Let a server's own user reach its files; only folders of the suite are touched."""
    for parent in (folder, *folder.parents):
        if parent.stat().st_uid == 0 and parent.is_relative_to("/tmp") and parent != Path("/tmp"):  # noqa: S108 - named, not written
            parent.chmod(parent.stat().st_mode | 0o011)


def certificate_for(folder: Path) -> Path:
    """Make a certificate of 127.0.0.1, and its key beside it in `key.pem`."""
    made = folder / "certificate.pem"
    request = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=relay.example.net"
    )
    names = ("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(folder / "key.pem"), "-out", str(made))
    run(*request.split(), *names)
    return made


def run(*command: str) -> None:
    """Run a program that has to succeed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stdout}{done.stderr}"
