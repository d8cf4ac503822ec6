"""Planned faults: what goes wrong on the way to Slack, and whether Slack had already acted."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

JSON = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to the calls of a method ("response_url" for answers to interactions).

    `taken`: Slack carries the call out, and the fault hits only its answer. With neither status,
    error nor cut, the true answer comes, after `delay` seconds of real time. `skip` calls pass
    before the first fault, then `times` calls are hit (None: all of them). `channel` limits it to
    one conversation.
    """

    method: str
    status: int = 200
    error: str = ""
    retry_after: int | None = None
    cut: bool = False
    delay: float = 0.0
    taken: bool = False
    times: int | None = 1
    skip: int = 0
    channel: str = ""

    @property
    def spoils(self) -> bool:
        """Something else than the true answer comes back."""
        return self.cut or self.status != 200 or bool(self.error)

    @property
    def is_carried_out(self) -> bool:
        """Slack does what the call asks for."""
        return self.taken or not self.spoils

    def answer(self) -> JSON:
        """The body that comes back."""
        code = self.error or ("ratelimited" if self.status == 429 else "internal_error")
        return {"ok": False, "error": code}


@dataclass(slots=True)
class _Planned:
    fault: Fault
    met: int = 0

    def hits(self) -> bool:
        """Counts one more call; it is hit, unless it is still one to skip."""
        self.met += 1
        return self.met > self.fault.skip

    @property
    def is_over(self) -> bool:
        """It has hit as often as it should."""
        times = self.fault.times
        return times is not None and self.met >= self.fault.skip + times


class Faults:
    """The faults that are planned: a call meets the first that concerns it and is not over."""

    def __init__(self) -> None:
        self._planned: list[_Planned] = []
        self._lock = threading.Lock()

    def plan(self, fault: Fault) -> None:
        """Adds a fault; it waits for its turn behind those planned before."""
        with self._lock:
            self._planned.append(_Planned(fault))

    def clear(self) -> None:
        """From now on nothing goes wrong."""
        with self._lock:
            self._planned.clear()

    def next(self, method: str, arguments: Mapping[str, Any]) -> Fault | None:
        """The fault that this call meets."""
        with self._lock:
            for planned in self._planned:
                fault = planned.fault
                concerns = not fault.channel or fault.channel == arguments.get("channel")
                if fault.method == method and concerns and not planned.is_over:
                    return fault if planned.hits() else None
        return None
