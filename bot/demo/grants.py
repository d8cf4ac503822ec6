"""What lets an app into workspaces: its own credentials, and what people have agreed to."""

from dataclasses import dataclass, field

CODE_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Agreement:
    """Somebody has agreed to an installation; the app has not asked for its token yet.

    `place` is a workspace's id, or an enterprise's for all its workspaces.
    """

    place: str
    user_id: str
    scopes: frozenset[str]
    redirect_uri: str
    made: float


@dataclass(slots=True)
class Grants:
    """One app's credentials, open agreements by code, and tokens by what renews them.

    With `token_seconds` tokens end (token rotation is on, which Slack never undoes).
    `redirect_url` is where browsers go where the app names none.
    """

    client_id: str
    client_secret: str
    redirect_url: str = ""
    token_seconds: int | None = None
    codes: dict[str, Agreement] = field(default_factory=dict)
    renewers: dict[str, str] = field(default_factory=dict)
