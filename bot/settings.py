"""What the environment (and a `.env` file) says. Read once, in `__main__`."""

import re
from typing import Annotated, Literal
from urllib.parse import urljoin, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsError

SLACK_API = "https://slack.com/api/"
AUTHORIZE = "../oauth/v2/authorize"
"""Where people agree to an installation, seen from the Web API."""

DATABASE = "sqlite:///paperwire.db"

# 32 bytes as Fernet has them written. Two of them without a comma between would pass for the first.
_KEY = re.compile("[A-Za-z0-9_-]{43}=")


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
            what = f"must begin with {prefix} and hold only letters, digits and hyphens"
            raise ValueError(f"{what}: copy it again from api.slack.com/apps")
        return known

    return AfterValidator(check)


def _stripped(value: SecretStr | None) -> SecretStr | None:
    text = value.get_secret_value().strip() if value is not None else ""
    return SecretStr(text) if text else None


def _keys(value: SecretStr | None) -> SecretStr | None:
    known = _stripped(value)
    keys = known.get_secret_value().split(",") if known is not None else []
    if not all(_KEY.fullmatch(key.strip()) for key in keys):
        raise ValueError("must be a key from `paperwire new-key`, or several with commas between")
    return known


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
    client_id: str | None = Field(None, alias="SLACK_CLIENT_ID")
    client_secret: OptionalSecret = Field(None, alias="SLACK_CLIENT_SECRET")
    api_url: Annotated[str, AfterValidator(_web_address)] = Field(SLACK_API, alias="SLACK_API_URL")
    secret_key: Annotated[SecretStr | None, AfterValidator(_keys)] = Field(
        None, alias="PAPERWIRE_SECRET_KEY"
    )
    # Not in the repr, because it may hold a password.
    database_url: str = Field(DATABASE, alias="PAPERWIRE_DATABASE_URL", min_length=1, repr=False)
    host: str = Field("127.0.0.1", alias="PAPERWIRE_HOST", min_length=1)
    port: int = Field(3000, alias="PAPERWIRE_PORT", ge=0, le=65535)
    sources: str = Field("", alias="PAPERWIRE_SOURCES", max_length=10_000)
    contact: str = Field("", alias="PAPERWIRE_CONTACT", max_length=200)
    log_level: LogLevel = Field("INFO", alias="PAPERWIRE_LOG_LEVEL")

    @property
    def serves_many(self) -> bool:
        """Whether workspaces install the bot by themselves (OAuth), rather than one by its token.

        All that Slack shows of an app may be set in either case; a token decides, and so does what
        is for Socket Mode, which is for one workspace.
        """
        if self.bot_token is not None:
            return False
        asks = (self.client_id, self.client_secret, self.secret_key)
        return self.secret_key is not None or (self.app_token is None and any(asks))

    @property
    def authorize_url(self) -> str:
        """The page of Slack's on which somebody agrees to an installation."""
        return urljoin(self.api_url, AUTHORIZE)

    def check_door(self) -> None:
        """Raises SettingsError when requests of Slack's cannot be served with these values."""
        self._check(
            self._for_posting() | self._for_serving(),
            "The README says where Slack shows them; `paperwire demo` works without.",
        )

    def check_posting(self) -> None:
        """Raises SettingsError when nothing can be posted with these values."""
        self._check(self._for_posting(), "`paperwire digest preview` works without.")

    def _check(self, needed: dict[str, object], hint: str) -> None:
        missing = [name for name, value in needed.items() if value is None]
        if missing:
            raise SettingsError(f"Not set: {' and '.join(missing)}. {hint}")
        for_one = "SLACK_BOT_TOKEN" if self.bot_token else "SLACK_APP_TOKEN"
        is_for_many = all((self.client_id, self.client_secret, self.secret_key))
        if is_for_many and (self.bot_token or self.app_token):
            raise SettingsError(
                f"{for_one} is for one workspace, PAPERWIRE_SECRET_KEY for many: unset one of them."
            )

    def _for_posting(self) -> dict[str, object]:
        if not self.serves_many:
            return {"SLACK_BOT_TOKEN": self.bot_token}
        return {
            "SLACK_CLIENT_ID": self.client_id,
            "SLACK_CLIENT_SECRET": self.client_secret,
            "PAPERWIRE_SECRET_KEY (from `paperwire new-key`)": self.secret_key,
        }

    def _for_serving(self) -> dict[str, object]:
        if self.serves_many:
            return {"SLACK_SIGNING_SECRET": self.signing_secret}
        either = self.app_token or self.signing_secret
        return {"SLACK_APP_TOKEN (for Socket Mode) or SLACK_SIGNING_SECRET (for HTTP)": either}


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
