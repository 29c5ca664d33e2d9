"""Which faults, for how long, in which order: drawn from a seed."""

import random
from collections.abc import Iterator

from tests.faults.fault import (
    OUTSIDE,
    SERVICES,
    Away,
    Cancelled,
    Fault,
    Frozen,
    JobStopped,
    Killed,
    KilledAgain,
    KilledAtCheckpoint,
    Raced,
    Restarted,
    TendedWhileKilled,
)

JOBS = ("history", "live")
FREEZABLE = tuple(service for service in SERVICES if service != "trino")


def short(seed: int) -> list[Fault]:
    """Draw eight faults of six kinds that together take less than eight minutes."""
    draw = random.Random(seed)
    faults: list[Fault] = [
        Killed(("flink-jobmanager",)),
        Killed((draw.choice(OUTSIDE),)),
        Killed((draw.choice(("ingest", "keeper", "trino")), "flink-taskmanager")),
        KilledAtCheckpoint(draw.uniform(9.3, 10.7)),
        Frozen(draw.choice(FREEZABLE), draw.uniform(4, 20)),
        Away(draw.choice(OUTSIDE), draw.uniform(10, 20)),
        Away("postgres", draw.uniform(2, 5), draw.uniform(9.3, 10.7)),
        JobStopped(draw.choice(JOBS), draw.uniform(0, 3)),
    ]
    draw.shuffle(faults)
    return faults


def endless(seed: int) -> Iterator[Fault]:
    """Draw faults of every kind without end; what is away stays away for 10 s to 2 min."""
    draw = random.Random(seed)
    while True:
        around = draw.uniform(9, 11)
        faults: list[Fault] = [
            Killed((draw.choice(SERVICES),)),
            Killed(tuple(draw.sample(SERVICES, draw.randint(2, 4)))),
            Killed(SERVICES),
            KilledAgain(),
            KilledAtCheckpoint(around),
            Frozen(draw.choice(SERVICES), draw.uniform(1, 60)),
            Away(draw.choice(OUTSIDE), draw.uniform(10, 120)),
            Away(draw.choice(OUTSIDE), draw.uniform(2, 5), around),
            JobStopped(draw.choice(JOBS), draw.uniform(0, 30)),
            Cancelled(draw.choice(JOBS)),
            Raced(),
            Restarted(),
            TendedWhileKilled(draw.uniform(1, 20)),
        ]
        yield draw.choice(faults)
