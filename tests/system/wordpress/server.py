"""A real WordPress: Debian's, over a MariaDB of its own, served by `php -S` on loopback; all in one folder."""

import json
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SHIPPED = Path("/usr/share/wordpress")
PROGRAMS = ("/usr/share/wordpress/wp-load.php", "mariadbd", "mariadb-install-db", "php")

_CONFIG = """<?php
define('DB_NAME', 'wordpress');
define('DB_USER', 'root');
define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:{socket}');
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('DISABLE_WP_CRON', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
define('WP_HOME', '{url}');
define('WP_SITEURL', '{url}');
$table_prefix = 'wp_';
require_once ABSPATH . 'wp-settings.php';
"""


@dataclass(frozen=True, slots=True)
class Site:
    """A running WordPress."""

    url: str
    environment: dict[str, str]

    def change(self, *changes: dict[str, Any]) -> None:
        """Have its editor change posts: each by its `title`, and what it `becomes` ("trash", or fields)."""
        _php("change.php", changes, self.environment)


@contextmanager
def wordpress(folder: Path, posts: Sequence[dict[str, Any]], permalinks: str = "/%year%/%postname%/") -> Iterator[Site]:
    """Run a WordPress that holds `posts` (title, content, date in Bogota, …)."""
    with _mariadb(folder) as database, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
        free.close()
        root = folder / "site"
        shutil.copytree(SHIPPED, root, ignore=shutil.ignore_patterns("wp-config.php", ".htaccess"), symlinks=False)
        (root / "wp-config.php").write_text(
            "<?php if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/'); ?>"
            + _CONFIG.format(socket=database, url=f"http://{host}"),
            encoding="utf-8",
        )
        environment = {**os.environ, "WP_ROOT": str(root), "WP_HOST": host, "WP_PERMALINKS": permalinks}
        (root / "wp-content/mu-plugins").mkdir(exist_ok=True)
        shutil.copy(HERE / "plugin.php", root / "wp-content/mu-plugins/plugin.php")
        _php("fill.php", posts, environment)
        served = subprocess.Popen(
            ["php", "-d", "display_errors=0", "-S", host, "-t", str(root), str(HERE / "router.php")],
            env={**environment, "PHP_CLI_SERVER_WORKERS": "2"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            _await(lambda: socket.create_connection(("127.0.0.1", int(host.rpartition(":")[2])), 1).close(), served)
            yield Site(f"http://{host}/", environment)
        finally:
            # Its workers outlive it.
            with suppress(ProcessLookupError):
                os.killpg(served.pid, signal.SIGTERM)
            served.wait()


def _php(script: str, told: Sequence[dict[str, Any]], environment: dict[str, str]) -> None:
    subprocess.run(
        ["php", "-d", "display_errors=stderr", "-d", "sendmail_path=/bin/true", str(HERE / script)],
        input=json.dumps(told),
        text=True,
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )


@contextmanager
def _mariadb(folder: Path) -> Iterator[Path]:
    data, address = folder / "mariadb", folder / "db.sock"
    user = ["--user=root"] if os.geteuid() == 0 else []
    subprocess.run(
        ["mariadb-install-db", "--no-defaults", *user, f"--datadir={data}", "--auth-root-authentication-method=normal"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    server = subprocess.Popen(
        ["mariadbd", "--no-defaults", *user, f"--datadir={data}", f"--socket={address}", "--skip-networking"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _await(
            lambda: subprocess.run(
                ["mariadb", "--no-defaults", f"--socket={address}", "-uroot", "-e", "CREATE DATABASE wordpress"],
                check=True,
                stderr=subprocess.DEVNULL,
            ),
            server,
        )
        yield address
    finally:
        server.terminate()
        server.wait()


def _await(ready: Any, process: "subprocess.Popen[bytes]") -> None:
    while True:
        try:
            ready()
        except (OSError, subprocess.CalledProcessError) as error:
            with suppress(subprocess.TimeoutExpired):
                raise RuntimeError(f"it ended with {process.wait(timeout=0.05)}") from error
        else:
            return
