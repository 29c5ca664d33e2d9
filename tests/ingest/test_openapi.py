import os
import subprocess
import sys
from pathlib import Path

import pytest

from catalog.settings import ROOT
from tests.servers.door import door
from tests.servers.kafka_broker import kafka_broker

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "allow_header_conformance",
)
SECONDS = 25


@pytest.mark.timeout(120)
def test_every_answer_to_generated_requests_is_as_described(tmp_path: Path) -> None:
    """Send what the description allows and what it forbids; no other test reads what lands in this broker."""
    with kafka_broker(tmp_path / "kafka") as broker, door(broker.settings, tmp_path) as url:
        done = generated_requests(url, tmp_path)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]


def generated_requests(url: str, folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("schemathesis")
    phases = ["--phases=examples,coverage,fuzzing", f"--checks={','.join(CHECKS)}"]
    bounds = ["--max-examples=10", f"--max-time={SECONDS}", "--generation-deterministic", "--no-shrink"]
    return subprocess.run(
        [str(program), "run", f"{url}/openapi.json", *phases, *bounds, "--no-color"],
        env=os.environ | {"PYTHONPATH": str(ROOT), "SCHEMATHESIS_HOOKS": "tests.ingest.media_types"},
        cwd=folder,
        capture_output=True,
        text=True,
    )
