"""Settings, one class a service, read once from the environment and the stack's own secrets file."""

from base64 import urlsafe_b64encode
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"


class Home(BaseSettings):
    """Say where state lies and which ports are used."""

    model_config = SettingsConfigDict(env_prefix="PINFLOW_", frozen=True)

    home: Path = ROOT / ".pinflow"
    tools: Path | None = None
    port_base: int = Field(default=18000, ge=1024, le=55000)

    @property
    def tools_dir(self) -> Path:
        """Name the folder of installed software: `PINFLOW_TOOLS`, else `tools` under the home."""
        return self.tools or self.home / "tools"

    @property
    def secrets_file(self) -> Path:
        """Name the file of generated secrets (mode 0600, KEY=VALUE lines)."""
        return self.home / "secrets.env"


class Ports:
    """Give each service its port: an offset from `PINFLOW_PORT_BASE`."""

    INGEST = 80
    FLINK = 81
    TRINO = 82
    OBSERVER = 89
    DASHBOARD = 88
    AIRFLOW = 85
    KAFKA = 92
    KAFKA_CONTROLLER = 93
    POSTGRES = 54
    S3 = 33
    S3_MASTER = 34
    S3_VOLUME = 35
    S3_FILER = 36
    S3_ADMIN = 37
    S3_GRPC = 30
    FLINK_RPC = 23
    FLINK_BLOB = 24
    FLINK_METRICS = 40
    FLINK_TASK_METRICS = 41
    S3_METRICS = 38
    PROMETHEUS = 90
    ALERTMANAGER = 94
    POSTGRES_EXPORTER = 87
    GRAFANA = 30


class Service(BaseSettings):
    """Give every service class access to the home."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    def __init__(self, **values: Any) -> None:
        super().__init__(_env_file=Home().secrets_file, **values)


def _port(offset: int) -> int:
    return Home().port_base + offset


class Kafka(Service):
    """Address the broker."""

    model_config = SettingsConfigDict(env_prefix="PINFLOW_KAFKA_")

    bootstrap: str = Field(default_factory=lambda: f"{HOST}:{_port(Ports.KAFKA)}")
    partitions: int = 4
    retention_ms: int = 7 * 24 * 3600 * 1000
    retention_bytes: int = 10 * 1024**3


class Postgres(Service):
    """Address the database of live views and of the Iceberg catalog."""

    model_config = SettingsConfigDict(env_prefix="PINFLOW_POSTGRES_")

    host: str = HOST
    port: int = Field(default_factory=lambda: _port(Ports.POSTGRES))
    database: str = "pinflow"
    user: str = "pinflow"
    password: SecretStr = SecretStr("")
    writer_user: str = "pinflow_writer"
    writer_password: SecretStr = SecretStr("")
    reader_user: str = "pinflow_reader"
    reader_password: SecretStr = SecretStr("")
    monitor_user: str = "pinflow_monitor"
    monitor_password: SecretStr = SecretStr("")

    @property
    def as_writer(self) -> "Postgres":
        """Give the same address for the user that changes rows, and no table."""
        return self.model_copy(update={"user": self.writer_user, "password": self.writer_password})

    @property
    def as_reader(self) -> "Postgres":
        """Give the same address for the user that may only read the schema live."""
        return self.model_copy(update={"user": self.reader_user, "password": self.reader_password})

    @property
    def jdbc_url(self) -> str:
        """Give the address as JDBC writes it, without user and password."""
        return f"jdbc:postgresql://{self.host}:{self.port}/{self.database}"

    @property
    def sqlalchemy_url(self) -> str:
        """Give the address with user and password, as SQLAlchemy writes it; never log it."""
        password = quote(self.password.get_secret_value(), safe="")
        return f"postgresql+psycopg2://{self.user}:{password}@{self.host}:{self.port}/{self.database}"


class S3(Service):
    """Address the object store."""

    model_config = SettingsConfigDict(env_prefix="PINFLOW_S3_")

    endpoint: str = Field(default_factory=lambda: f"http://{HOST}:{_port(Ports.S3)}")
    region: str = "us-east-1"
    bucket: str = "lake"
    access_key: SecretStr = SecretStr("")
    secret_key: SecretStr = SecretStr("")
    writer_access_key: SecretStr = SecretStr("")
    writer_secret_key: SecretStr = SecretStr("")
    reader_access_key: SecretStr = SecretStr("")
    reader_secret_key: SecretStr = SecretStr("")

    @property
    def as_writer(self) -> "S3":
        """Give the same address with the keys that read and change objects, and no bucket."""
        return self._with(self.writer_access_key, self.writer_secret_key)

    @property
    def as_reader(self) -> "S3":
        """Give the same address with the keys that only read."""
        return self._with(self.reader_access_key, self.reader_secret_key)

    def _with(self, access_key: SecretStr, secret_key: SecretStr) -> "S3":
        return self.model_copy(update={"access_key": access_key, "secret_key": secret_key})


KEY_GROUPS = 16
"""Parts that a step's state can be dealt out in. Each has its own end where new keys go, so few are fast."""


class Flink(Service):
    """Address the Flink cluster and size the jobs."""

    model_config = SettingsConfigDict(env_prefix="PINFLOW_FLINK_")

    url: str = Field(default_factory=lambda: f"http://{HOST}:{_port(Ports.FLINK)}")
    history_parallelism: int = Field(default=1, ge=1, le=KEY_GROUPS)
    live_parallelism: int = Field(default=1, ge=1, le=KEY_GROUPS)
    checkpoint_seconds: int = 10
    live_checkpoint_seconds: int = 30
    state_backend: Literal["rocksdb", "hashmap"] = "rocksdb"
    replay_parallelism: int = Field(default=2, ge=1)
    replay_heap_mib: int = Field(default=1024, ge=256)


class Trino(Service):
    """Address the SQL engine over history."""

    model_config = SettingsConfigDict(env_prefix="PINFLOW_TRINO_")

    host: str = HOST
    port: int = Field(default_factory=lambda: _port(Ports.TRINO))
    user: str = "pinflow"


class Ingest(Service):
    """Address the HTTP service and bound its work."""

    model_config = SettingsConfigDict(env_prefix="PINFLOW_INGEST_")

    host: str = HOST
    port: int = Field(default_factory=lambda: _port(Ports.INGEST))
    acknowledge_seconds: float = 1.5
    max_body_bytes: int = 10_000_000
    max_record_bytes: int = 1_000_000
    max_waiting_bytes: int = 64 * 1024**2
    max_bodies_bytes: int = 32 * 1024**2
    max_head_bytes: int = 32 * 1024
    max_headers: int = 100
    max_target_bytes: int = 4096
    max_connections: int = 1000
    max_requests: int = 500
    head_seconds: float = 10.0
    body_seconds: float = 30.0
    answer_seconds: float = 60.0
    keep_alive_seconds: int = 20
    slow_seconds: float = 1.0
    stages: str = "dev,test,prod,stage,staging"
    keys_file: str = ""
    key_rate: float = 0.0
    address_rate: float = 0.0

    @property
    def url(self) -> str:
        """Give the address clients use."""
        return f"http://{self.host}:{self.port}"


class DeadLetters(Service):
    """Bound how many records may be refused."""

    model_config = SettingsConfigDict(env_prefix="PINFLOW_DEAD_LETTERS_")

    alert_share: float = Field(default=0.1, ge=0, le=1)


class Dashboard(Service):
    """Address the live page and bound its viewers."""

    model_config = SettingsConfigDict(env_prefix="PINFLOW_DASHBOARD_")

    host: str = HOST
    port: int = Field(default_factory=lambda: _port(Ports.DASHBOARD))
    max_connections: int = 200
    airflow_url: str = ""
    links_host: str = ""

    @property
    def url(self) -> str:
        """Give the address people open."""
        return f"http://{self.host}:{self.port}"


class Observer(Service):
    """Address the service that measures freshness, and set its objectives."""

    model_config = SettingsConfigDict(env_prefix="PINFLOW_OBSERVER_")

    host: str = HOST
    port: int = Field(default_factory=lambda: _port(Ports.OBSERVER))
    live_seconds: float = 1.5
    history_margin_seconds: float = 2.0
    live_sample: int = 64
    history_sample: int = 256
    keep_days: int = 7

    @property
    def url(self) -> str:
        """Give the address of its metrics."""
        return f"http://{self.host}:{self.port}"


class Monitoring(Service):
    """Say how long measures are kept and where alerts are sent."""

    model_config = SettingsConfigDict(env_prefix="PINFLOW_MONITORING_")

    keep_days: int = Field(default=15, ge=1)
    webhook_url: str = ""


class Airflow(Service):
    """Address Airflow's page and its database."""

    model_config = SettingsConfigDict(env_prefix="PINFLOW_AIRFLOW_")

    host: str = HOST
    port: int = Field(default_factory=lambda: _port(Ports.AIRFLOW))
    user: str = "pinflow"
    password: SecretStr = SecretStr("")
    database: str = "airflow"
    database_user: str = "airflow"
    database_password: SecretStr = SecretStr("")
    secret_key: SecretStr = SecretStr("")

    @property
    def url(self) -> str:
        """Give the address people open."""
        return f"http://{self.host}:{self.port}"

    @property
    def fernet_key(self) -> str:
        """Give the key that Airflow encrypts stored secrets with: 32 bytes in base64."""
        digest = sha256(self.secret_key.get_secret_value().encode()).digest()
        return urlsafe_b64encode(digest).decode()

    def database_url(self, driver: str, host: str, port: int) -> str:
        """Give the address of its database as SQLAlchemy writes it; never log it."""
        password = quote(self.database_password.get_secret_value(), safe="")
        return f"postgresql+{driver}://{self.database_user}:{password}@{host}:{port}/{self.database}"


class Upkeep(Service):
    """Say what upkeep keeps."""

    model_config = SettingsConfigDict(env_prefix="PINFLOW_UPKEEP_")

    snapshot_hours: int = Field(default=6, ge=1)
    orphan_days: int = Field(default=3, ge=3)
    keep_days: int = Field(default=30, ge=1)


class Settings:
    """Hold the settings of every service, each read when first asked for."""

    @cached_property
    def home(self) -> Home:
        """Say where state lies."""
        return Home()

    @cached_property
    def kafka(self) -> Kafka:
        """Address the broker."""
        return Kafka()

    @cached_property
    def postgres(self) -> Postgres:
        """Address the database."""
        return Postgres()

    @cached_property
    def s3(self) -> S3:
        """Address the object store."""
        return S3()

    @cached_property
    def flink(self) -> Flink:
        """Address the Flink cluster."""
        return Flink()

    @cached_property
    def trino(self) -> Trino:
        """Address the SQL engine."""
        return Trino()

    @cached_property
    def ingest(self) -> Ingest:
        """Address the HTTP service."""
        return Ingest()

    @cached_property
    def dead_letters(self) -> DeadLetters:
        """Bound how many records may be refused."""
        return DeadLetters()

    @cached_property
    def dashboard(self) -> Dashboard:
        """Address the live page."""
        return Dashboard()

    @cached_property
    def observer(self) -> Observer:
        """Address the observer."""
        return Observer()

    @cached_property
    def monitoring(self) -> Monitoring:
        """Say how the stack is watched."""
        return Monitoring()

    @cached_property
    def airflow(self) -> Airflow:
        """Address Airflow."""
        return Airflow()

    @cached_property
    def upkeep(self) -> Upkeep:
        """Say what upkeep keeps."""
        return Upkeep()
