"""All settings, from the environment or files; read by the composition root and the commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.roles import Rule
from storage.catalog.records import Privacy
from tools.base import Role
from tools.links import check_source
from tools.logs import LogForm
from tools.workflows.allowed import (
    Allowed,
    Projects,
    Release,
    parse_projects,
    parse_release,
    parse_workflows,
)


class Settings(BaseSettings):
    """The installation's settings; every field is the environment variable of its alias."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_prefix="MLOPS_",  # without it HOME would be read as the field `home`
        extra="ignore",
        populate_by_name=True,
        env_ignore_empty=True,
    )

    home: Path = Field(Path("var"), alias="MLOPS_HOME")
    database_url: str = Field("", alias="MLOPS_DATABASE_URL")
    blobs_url: str = Field("", alias="MLOPS_BLOBS_URL")
    s3_endpoint_url: str | None = Field(None, alias="MLOPS_S3_ENDPOINT_URL")
    tracking_uri: str = Field("", alias="MLFLOW_TRACKING_URI")
    http: str = Field("127.0.0.1:8080", alias="MLOPS_HTTP")
    serving: str = Field("127.0.0.1:8081", alias="MLOPS_SERVING")
    serving_url: str = Field("", alias="MLOPS_SERVING_URL")
    public_url: str = Field("", alias="MLOPS_PUBLIC_URL")
    model: str = Field("offline", alias="MLOPS_MODEL")
    model_timeout_s: float = Field(90.0, alias="MLOPS_MODEL_TIMEOUT_S", gt=0)
    model_price: Annotated[tuple[float, ...], NoDecode] = Field((), alias="MLOPS_MODEL_PRICE")
    privacy: Privacy = Field("aggregates", alias="MLOPS_PRIVACY")
    tokens_per_person: int = Field(0, alias="MLOPS_TOKENS_PER_PERSON", ge=0)
    tokens_per_channel: int = Field(0, alias="MLOPS_TOKENS_PER_CHANNEL", ge=0)
    minutes_per_person: int = Field(0, alias="MLOPS_MINUTES_PER_PERSON", ge=0)
    minutes_per_channel: int = Field(0, alias="MLOPS_MINUTES_PER_CHANNEL", ge=0)
    storage_per_channel_mb: int = Field(0, alias="MLOPS_STORAGE_PER_CHANNEL_MB", ge=0)
    approvers: Annotated[frozenset[str], NoDecode] = Field(frozenset(), alias="MLOPS_APPROVERS")
    default_role: Role = Field("operator", alias="MLOPS_DEFAULT_ROLE")
    two_person: bool | None = Field(None, alias="MLOPS_TWO_PERSON")
    timezone: str = Field("UTC", alias="MLOPS_TIMEZONE")
    workers: int = Field(1, alias="MLOPS_WORKERS", ge=1, le=64)
    crash: str = Field("", alias="MLOPS_CRASH")
    secret: SecretStr | None = Field(None, alias="MLOPS_SECRET", min_length=16)
    sources: Annotated[tuple[str, ...], NoDecode] = Field((), alias="MLOPS_SOURCES")
    worker_memory_mb: int = Field(4096, alias="MLOPS_WORKER_MEMORY_MB", ge=512)
    openai_api_key: SecretStr | None = Field(None, alias="OPENAI_API_KEY")
    openai_base_url: str | None = Field(None, alias="OPENAI_BASE_URL")
    openai_api: Literal["auto", "chat", "responses"] = Field("auto", alias="MLOPS_OPENAI_API")
    anthropic_api_key: SecretStr | None = Field(None, alias="ANTHROPIC_API_KEY")
    google_api_key: SecretStr | None = Field(None, alias="GOOGLE_API_KEY")
    ollama_host: str | None = Field(None, alias="OLLAMA_HOST")
    slack_bot_token: SecretStr | None = Field(None, alias="SLACK_BOT_TOKEN")
    slack_app_token: SecretStr | None = Field(None, alias="SLACK_APP_TOKEN")
    slack_signing_secret: SecretStr | None = Field(None, alias="SLACK_SIGNING_SECRET")
    slack_api_url: str = Field("https://slack.com/api/", alias="SLACK_API_URL")
    discord_token: SecretStr | None = Field(None, alias="DISCORD_TOKEN")
    discord_api_url: str = Field("https://discord.com/api/v10", alias="DISCORD_API_URL")
    discord_gateway_url: str = Field("", alias="DISCORD_GATEWAY_URL")
    alerts_token: SecretStr | None = Field(None, alias="MLOPS_ALERTS_TOKEN", min_length=16)
    log: LogForm = Field("console", alias="MLOPS_LOG")
    traces: str = Field("", alias="OTEL_EXPORTER_OTLP_ENDPOINT")
    secrets: Path = Field(Path("/run/secrets"), alias="MLOPS_SECRETS")
    web_hosts: Annotated[tuple[str, ...], NoDecode] = Field((), alias="MLOPS_WEB_HOSTS")
    ci: Annotated[tuple[Allowed, ...], NoDecode] = Field((), alias="MLOPS_CI")
    release: Annotated[Release | None, NoDecode] = Field(None, alias="MLOPS_RELEASE")
    projects: Annotated[Projects | None, NoDecode] = Field(None, alias="MLOPS_PROJECTS")
    ci_poll_s: float = Field(5.0, alias="MLOPS_CI_POLL_S", ge=0.05, le=300)
    ci_patience_min: float = Field(120.0, alias="MLOPS_CI_PATIENCE_MIN", gt=0)
    github_api_url: str = Field("https://api.github.com", alias="GITHUB_API_URL")
    github_token: SecretStr | None = Field(None, alias="GITHUB_TOKEN")
    github_app_id: str = Field("", alias="GITHUB_APP_ID")
    github_app_key_file: str = Field("", alias="GITHUB_APP_KEY_FILE")
    github_installation_id: int = Field(0, alias="GITHUB_INSTALLATION_ID", ge=0)
    github_webhook_secret: SecretStr | None = Field(
        None, alias="GITHUB_WEBHOOK_SECRET", min_length=16
    )
    max_upload_mb: int = Field(25, alias="MLOPS_MAX_UPLOAD_MB", ge=1, le=1024)
    web: str = Field("127.0.0.1:8501", alias="MLOPS_WEB")
    web_url: str = Field("", alias="MLOPS_WEB_URL")
    web_oidc_url: str = Field("", alias="MLOPS_WEB_OIDC_URL")
    web_client_id: str = Field("", alias="MLOPS_WEB_CLIENT_ID")
    web_client_secret: SecretStr | None = Field(None, alias="MLOPS_WEB_CLIENT_SECRET")
    web_workspace: str = Field("team", alias="MLOPS_WEB_WORKSPACE")
    mcp_user: str = Field("", alias="MLOPS_MCP_USER")
    mcp_http: str = Field("127.0.0.1:8083", alias="MLOPS_MCP_HTTP")
    mcp_token: SecretStr | None = Field(None, alias="MLOPS_MCP_TOKEN", min_length=16)
    mcp_hosts: Annotated[tuple[str, ...], NoDecode] = Field((), alias="MLOPS_MCP_HOSTS")
    mcp_files: Path | None = Field(None, alias="MLOPS_MCP_FILES")
    mcp_servers: Path | None = Field(None, alias="MLOPS_MCP_SERVERS")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, the environment, `.env`, and files named like settings in `MLOPS_SECRETS`."""
        said = {**dotenv_settings(), **env_settings(), **init_settings()}
        default = cls.model_fields["secrets"].default
        folder = Path(said.get("MLOPS_SECRETS") or said.get("secrets") or default)
        files = InitSettingsSource(settings_cls, _from_files(folder, cls))
        return (init_settings, env_settings, dotenv_settings, files)

    @field_validator("approvers", "sources", "web_hosts", "mcp_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        """Lists are written with commas: `slack/T1/U1, slack/T1/U2`."""
        if isinstance(value, str):
            return [part.strip() for part in value.split(",") if part.strip()]
        return value

    @field_validator("ci", mode="before")
    @classmethod
    def _read_ci(cls, value: object) -> object:
        """Workflows by repository: `acme/churn: nightly.yml, deploy.yml!; acme/site: test.yml`."""
        return parse_workflows(value) if isinstance(value, str) else value

    @field_validator("release", mode="before")
    @classmethod
    def _read_release(cls, value: object) -> object:
        """What production waits for: `acme/churn: release.yml @ main`."""
        return parse_release(value) if isinstance(value, str) else value

    @field_validator("projects", mode="before")
    @classmethod
    def _read_projects(cls, value: object) -> object:
        """Where projects are proposed: `acme/models: projects @ main`."""
        return parse_projects(value) if isinstance(value, str) else value

    @field_validator("model_price", mode="before")
    @classmethod
    def _two_prices(cls, value: object) -> object:
        """What a million tokens cost, read and written: `0.15/0.60`."""
        if not isinstance(value, str):
            return value
        prices = tuple(float(part) for part in value.split("/"))
        if len(prices) != 2 or min(prices) < 0:
            raise ValueError("write two prices per million tokens, such as 0.15/0.60")
        return prices

    @field_validator("approvers")
    @classmethod
    def _check_approvers(cls, value: frozenset[str]) -> frozenset[str]:
        """People and groups who may approve; each entry must be readable."""
        for entry in value:
            Rule.parse(entry)
        return value

    @field_validator("sources")
    @classmethod
    def _check_sources(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """Places that links may lead to: `data.example.org, s3://team-data/exports`."""
        return tuple(check_source(entry) for entry in value)

    @field_validator("home")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        """Workers may run elsewhere, so the folder is made absolute."""
        return value.expanduser().resolve()

    @property
    def database(self) -> str:
        """The catalog's URL: SQLite in the home folder unless set."""
        return self.database_url or f"sqlite:///{self.home / 'catalog.db'}"

    @property
    def blobs(self) -> str:
        """The blob store's URL: a folder in the home folder unless set."""
        return self.blobs_url or (self.home / "blobs").as_uri()

    @property
    def tracking(self) -> str:
        """The MLflow tracking URI: SQLite in the home folder unless set."""
        return self.tracking_uri or f"sqlite:///{self.home / 'mlflow.db'}"

    @property
    def artifacts(self) -> str:
        """Where an embedded MLflow keeps artifacts."""
        return (self.home / "mlartifacts").as_uri()


def _from_files(folder: Path, settings: type[Settings]) -> dict[str, str]:
    """What the files say that are named like settings; an empty one says nothing."""
    names = [str(field.alias) for field in settings.model_fields.values()]
    files = [folder / name for name in names if (folder / name).is_file()]
    said = {file.name: file.read_text(encoding="utf-8").strip() for file in files}
    return {name: text for name, text in said.items() if text}


def split_address(text: str) -> tuple[str, int]:
    """`host:port` as a pair.

    Raises:
        ValueError: There is no port.
    """
    host, _, port = text.rpartition(":")
    return host or "127.0.0.1", int(port)
