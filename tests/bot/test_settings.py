"""Settings, from the environment only."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings import Settings, split_address


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of this machine, and no .env file."""
    monkeypatch.chdir(tmp_path)
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.alias), raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "somewhere"))


def test_all_is_kept_in_one_folder(tmp_path: Path) -> None:
    """Without settings everything is under ./var, by absolute paths."""
    settings = Settings()
    home = tmp_path.resolve() / "var"
    assert settings.home == home
    assert settings.database == f"sqlite:///{home}/catalog.db"
    assert settings.blobs == f"file://{home}/blobs"
    assert settings.tracking == f"sqlite:///{home}/mlflow.db"
    assert settings.artifacts == f"file://{home}/mlartifacts"
    assert (settings.http, settings.serving) == ("127.0.0.1:8080", "127.0.0.1:8081")
    assert (settings.model, settings.default_role, settings.two_person) == (
        "offline",
        "operator",
        None,
    )


def test_other_programs_settings_are_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """HOME, HTTP and the like of the environment are none of our settings."""
    before = Settings()
    for name in Settings.model_fields:
        monkeypatch.setenv(name.upper(), "7")
    ours = {str(field.alias) for field in Settings.model_fields.values()}
    for name in ours & {name.upper() for name in Settings.model_fields}:
        monkeypatch.delenv(name)
    assert Settings() == before


def test_each_store_can_be_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A URL in the environment replaces the folder."""
    monkeypatch.setenv("MLOPS_DATABASE_URL", "postgresql+psycopg://x/y")
    monkeypatch.setenv("MLOPS_BLOBS_URL", "s3://bucket/prefix")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://mlflow:5000")
    settings = Settings()
    assert settings.database == "postgresql+psycopg://x/y"
    assert settings.blobs == "s3://bucket/prefix"
    assert settings.tracking == "http://mlflow:5000"


def test_approvers_are_written_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    """MLOPS_APPROVERS is a list of ids."""
    monkeypatch.setenv("MLOPS_APPROVERS", "slack/T1/U1, slack/T1/U2,")
    assert Settings().approvers == {"slack/T1/U1", "slack/T1/U2"}


def test_an_empty_setting_is_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a shell exports as empty counts as not set."""
    monkeypatch.setenv("MLOPS_MODEL", "")
    monkeypatch.setenv("OPENAI_API_KEY", "")
    assert (Settings().model, Settings().openai_api_key) == ("offline", None)


def test_a_key_does_not_show_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Printing the settings, as a log would, shows no key."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-very-secret")
    assert "very-secret" not in f"{Settings()!r} {Settings()}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MLOPS_WORKERS", "0"),
        ("MLOPS_WORKERS", "many"),
        ("MLOPS_DEFAULT_ROLE", "king"),
        ("MLOPS_TWO_PERSON", "perhaps"),
        ("MLOPS_MODEL_TIMEOUT_S", "0"),
    ],
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """A value that makes no sense is refused under the setting's own name."""
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError) as failure:
        Settings()
    assert [error["loc"] for error in failure.value.errors()] == [(name,)]


def test_addresses() -> None:
    """Host and port are parted at the last colon; without a host it is loopback."""
    assert split_address("127.0.0.1:8080") == ("127.0.0.1", 8080)
    assert split_address(":9000") == ("127.0.0.1", 9000)
    with pytest.raises(ValueError, match="invalid literal"):
        split_address("localhost")


def test_settings_can_be_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A file named like a setting says its value; an empty one nothing, another name nothing."""
    folder = tmp_path / "secrets"
    folder.mkdir()
    files = {
        "SLACK_BOT_TOKEN": "xoxb-1\n",
        "MLOPS_APPROVERS": "slack/T1/U1, slack/T1/U2",
        "MLOPS_WORKERS": "3",
        "MLOPS_SECRET": "",
        "postgres_password": "not a setting",
    }
    for name, text in files.items():
        (folder / name).write_text(text)
    monkeypatch.setenv("MLOPS_SECRETS", str(folder))
    settings = Settings()
    assert settings.slack_bot_token is not None
    assert settings.slack_bot_token.get_secret_value() == "xoxb-1"
    assert settings.approvers == {"slack/T1/U1", "slack/T1/U2"}
    assert (settings.workers, settings.secret) == (3, None)
    assert "xoxb-1" not in repr(settings)


def test_the_environment_counts_more_than_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What is set in both is taken from the environment, and the folder may be missing."""
    (tmp_path / "MLOPS_WORKERS").write_text("3")
    monkeypatch.setenv("MLOPS_SECRETS", str(tmp_path))
    monkeypatch.setenv("MLOPS_WORKERS", "2")
    assert Settings().workers == 2
    monkeypatch.setenv("MLOPS_SECRETS", str(tmp_path / "nowhere"))
    assert Settings().workers == 2
