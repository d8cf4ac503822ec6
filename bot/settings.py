"""What the environment (and a `.env` file) says. Read once, in `__main__`."""

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsError

SLACK_API = "https://slack.com/api/"
DATABASE = "sqlite:///paperwire.db"


def _web_address(text: str) -> str:
    if not _is_web_address(text):
        raise ValueError("must be a web address such as https://slack.com/api/")
    return text if text.endswith("/") else text + "/"


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        # A port above 65535 and a host that no resolver can be asked for are ValueErrors.
        host = (parts.hostname or "").encode("idna")
        has_port = parts.port != 0
    except ValueError:
        return False
    return bool(host) and has_port and parts.scheme in {"http", "https"}


def _token(prefix: str) -> AfterValidator:
    def check(value: SecretStr | None) -> SecretStr | None:
        known = _stripped(value)
        if known is None:
            return None
        text = known.get_secret_value()
        if not text.startswith(prefix) or not text.isascii() or len(text.split()) > 1:
            raise ValueError(f"must begin with {prefix}: copy it again from api.slack.com/apps")
        return known

    return AfterValidator(check)


def _stripped(value: SecretStr | None) -> SecretStr | None:
    text = value.get_secret_value().strip() if value is not None else ""
    return SecretStr(text) if text else None


LogLevel = Annotated[
    Literal["DEBUG", "INFO", "WARNING", "ERROR"],
    BeforeValidator(lambda text: str(text).strip().upper()),
]
OptionalSecret = Annotated[SecretStr | None, AfterValidator(_stripped)]


class Settings(BaseSettings):
    """One field a setting; the environment's name is the alias. Secrets never show."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8-sig",
        env_ignore_empty=True,
        extra="ignore",
        populate_by_name=True,
        hide_input_in_errors=True,
        str_strip_whitespace=True,
    )

    bot_token: Annotated[SecretStr | None, _token("xoxb-")] = Field(None, alias="SLACK_BOT_TOKEN")
    app_token: Annotated[SecretStr | None, _token("xapp-")] = Field(None, alias="SLACK_APP_TOKEN")
    signing_secret: OptionalSecret = Field(None, alias="SLACK_SIGNING_SECRET")
    api_url: Annotated[str, AfterValidator(_web_address)] = Field(SLACK_API, alias="SLACK_API_URL")
    # Not in the repr, because it may hold a password.
    database_url: str = Field(DATABASE, alias="PAPERWIRE_DATABASE_URL", min_length=1, repr=False)
    host: str = Field("127.0.0.1", alias="PAPERWIRE_HOST", min_length=1)
    port: int = Field(3000, alias="PAPERWIRE_PORT", ge=0, le=65535)
    sources: str = Field("", alias="PAPERWIRE_SOURCES", max_length=10_000)
    contact: str = Field("", alias="PAPERWIRE_CONTACT", max_length=200)
    log_level: LogLevel = Field("INFO", alias="PAPERWIRE_LOG_LEVEL")


def read_settings() -> Settings:
    """The settings of this process. Raises SettingsError that names the first wrong one."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_input=False, include_context=False, include_url=False)[0]
        reason = first["msg"].removeprefix("Value error, ")
        raise SettingsError(f"{first['loc'][0]} is wrong: {reason}.") from None
    except OSError as error:
        raise SettingsError(f"The settings file .env cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise SettingsError("The settings file .env cannot be read: it is not UTF-8.") from None
