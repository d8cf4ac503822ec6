"""What a row of the table of methods says."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from bot.demo.calls import Call

JSON = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Method:
    """One Web API method.

    Any one of `scopes` allows it; none are needed when there are none. `per_minute` is the rate of
    its tier; None for chat.postMessage, whose rate is per channel. `answers` returns the keys of
    the answer beside `ok`, or raises `Refused`.
    """

    name: str
    answers: Callable[[Call], JSON]
    scopes: tuple[str, ...] = ()
    per_minute: int | None = 100
    caller: Literal["bot", "app", "anybody"] = "bot"
