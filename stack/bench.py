"""Measure the whole pipeline on a stack of its own, and the history job against its floor."""

import json
import resource
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

import psutil
import requests
from rich.console import Console

from catalog.accounts.close import close
from catalog.columns import TABLES
from catalog.errors import SetupError
from catalog.settings import ROOT, Settings
from catalog.tables import ensure_tables, open_lake
from stack import jobs, supervise
from stack.layout import Layout
from stack.settle import settle
from stack.submission import submit

SCRATCH = "bench"
ROUNDS = 3
WARM_UP_POSTS = 120_000
WARM_UP_GOES = 6
"""Java compiles what it found to run often while nothing is sent, and finds more in the next go."""
MEBI = 1024**2


@dataclass
class Report:
    """Hold the figures of one run; CPU is in seconds per million events, memory in MiB."""

    events: int
    whole_seconds: float = 0.0
    accounts_seconds: float = 0.0
    cpu_per_million: dict[str, float] = field(default_factory=dict)
    peak_memory: dict[str, float] = field(default_factory=dict)
    history_seconds: list[float] = field(default_factory=list)
    decode_seconds: list[float] = field(default_factory=list)

    @property
    def whole_rate(self) -> float:
        """Give events a second from the first request to the last record in history and live."""
        return self.events / self.whole_seconds

    @property
    def ratio(self) -> float:
        """Give the history job's rate as a share of the rate of decoding alone, both at their medians."""
        return statistics.median(self.decode_seconds) / statistics.median(self.history_seconds)

    def as_dict(self) -> dict[str, Any]:
        """Give every figure."""
        return {**asdict(self), "whole_rate": round(self.whole_rate), "ratio": round(self.ratio, 3)}


def measure(settings: Settings, posts: int, console: Console) -> Report:
    """Send posts through the whole pipeline, close the accounts, then run the history job alone.

    Others are sent first and not measured, so that Java has compiled what it runs.

    Raises SetupError when the accounts do not close: figures of a wrong run say nothing.
    """
    console.print(f"warming up with {3 * WARM_UP_POSTS} events in {WARM_UP_GOES} goes")
    for start in range(0, WARM_UP_POSTS, WARM_UP_POSTS // WARM_UP_GOES):
        _send(settings, WARM_UP_POSTS // WARM_UP_GOES, start)
        settle(settings, console)
    report = Report(events=3 * posts)
    with _sampled(settings, report):
        console.print(f"sending {report.events} events")
        processor_seconds, sending_seconds = _send(settings, posts, WARM_UP_POSTS)
        report.cpu_per_million["emulator"] = _per_million(processor_seconds, report)
        console.print(f"acknowledged after {sending_seconds:.1f} s; waiting for history and live")
        report.whole_seconds = sending_seconds + settle(settings, console)
    console.print(f"everything visible after {report.whole_seconds:.1f} s; closing the accounts")
    began = time.monotonic()
    if not close(settings).closed:
        raise SetupError("the accounts do not close, so the figures say nothing; see './pinflow accounts'")
    report.accounts_seconds = time.monotonic() - began
    for name in jobs.NAMES:
        jobs.stop(settings, name)
    for _ in range(ROUNDS):
        report.decode_seconds.append(_alone(settings, "bench-decode", console))
        report.history_seconds.append(_alone(settings, "bench-history", console))
    return report


def _send(settings: Settings, posts: int, start: int) -> tuple[float, float]:
    """Send posts in a process of its own; give its processor seconds, and those from first to last answer."""
    words = ["emulate", "--count", str(posts), "--start", str(start), "--records-per-request", "100"]
    words += ["--lanes", "8", "--retry", "--json", "--url", settings.ingest.url]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-m", "stack.cli", *words], cwd=ROOT, capture_output=True, text=True
    )
    if done.returncode:
        raise SetupError(f"not every record was acknowledged: {done.stdout}{done.stderr}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor_seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return processor_seconds, json.loads(done.stdout)["seconds"]


@contextmanager
def _sampled(settings: Settings, report: Report) -> Iterator[None]:
    """Note the processor time and the peak memory of every service while the block runs."""
    layout, over = Layout.of(settings.home), threading.Event()
    before = _processor_seconds(layout)
    watcher = threading.Thread(target=_watch_memory, args=(layout, report, over))
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()
    for name, seconds in _processor_seconds(layout).items():
        report.cpu_per_million[name] = _per_million(seconds - before.get(name, 0.0), report)


def _watch_memory(layout: Layout, report: Report, over: threading.Event) -> None:
    """Count what processes share, such as Postgres' buffers, once."""
    while not over.wait(1):
        used = {
            name: sum(_of(each, lambda alive: alive.memory_full_info().pss) for each in family) / MEBI
            for name, family in _families(layout)
        }
        used["together"] = sum(used.values())
        for name, mebibytes in used.items():
            report.peak_memory[name] = max(report.peak_memory.get(name, 0.0), round(mebibytes))


def _processor_seconds(layout: Layout) -> dict[str, float]:
    return {
        name: sum(_of(each, lambda alive: sum(alive.cpu_times()[:2])) for each in family)
        for name, family in _families(layout)
    }


def _of(process: psutil.Process, figure: Callable[[psutil.Process], float]) -> float:
    """Give a figure of a process, nothing when it has ended since it was listed."""
    try:
        return figure(process)
    except psutil.NoSuchProcess:
        return 0.0


def _families(layout: Layout) -> Iterator[tuple[str, list[psutil.Process]]]:
    for name, pid in supervise.pids(layout).items():
        parent = psutil.Process(pid)
        yield name, [parent, *parent.children(recursive=True)]


def _per_million(seconds: float, report: Report) -> float:
    return round(seconds / report.events * 1_000_000, 1)


def _alone(settings: Settings, job: str, console: Console) -> float:
    """Run a bounded job over the whole log and give the seconds that Flink was running it."""
    with open_lake(settings) as lake:
        ensure_tables(lake, SCRATCH)
        _collect_garbage(Layout.of(settings.home))
        with console.status(f"running {job} alone"):
            submit(settings, [job])
            seconds = _await_end(settings, job)
        console.print(f"{job} took {seconds:.1f} s")
        for table in TABLES:
            lake.purge_table((SCRATCH, table))
    return seconds


def _collect_garbage(layout: Layout) -> None:
    """Let the TaskManager drop what jobs before left on its heap, or the next one pays for it."""
    pid = supervise.pids(layout)["flink-taskmanager"]
    subprocess.run(
        [layout.java_home / "bin" / "jcmd", str(pid), "GC.run"], check=True, stdout=subprocess.DEVNULL
    )


def _await_end(settings: Settings, job: str) -> float:
    while True:
        overview = requests.get(f"{settings.flink.url}/jobs/overview", timeout=10).json()["jobs"]
        newest = max(
            (each for each in overview if each["name"] == job), key=lambda each: int(each["start-time"])
        )
        if newest["state"] == "FINISHED":
            return _running_seconds(settings, newest["jid"])
        if newest["state"] in jobs.ENDED:
            raise SetupError(f"the job {job} ended as {newest['state']}; see {settings.flink.url}")
        time.sleep(0.5)


def _running_seconds(settings: Settings, job: str) -> float:
    """Ask until Flink's own memory of the job, which is seconds old, knows that it has ended."""
    while not (stamps := _stamps(settings, job))["FINISHED"]:
        time.sleep(0.5)
    return (stamps["FINISHED"] - stamps["RUNNING"]) / 1000


def _stamps(settings: Settings, job: str) -> dict[str, int]:
    found: dict[str, int] = requests.get(f"{settings.flink.url}/jobs/{job}", timeout=10).json()["timestamps"]
    return found
