"""Where processes can be reached."""

from collections.abc import Iterable
from contextlib import suppress

import psutil


def addresses(processes: Iterable[psutil.Process]) -> set[str]:
    """Name the addresses that processes listen on, as far as they still live."""
    found = set()
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            found |= {
                each.laddr.ip.removeprefix("::ffff:")
                for each in process.net_connections("inet")
                if each.status == psutil.CONN_LISTEN
            }
    return found
