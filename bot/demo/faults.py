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


class Faults:
    """The faults that are planned, in the order in which they were."""

    def __init__(self) -> None:
        self._planned: list[Fault] = []
        self._passed: dict[int, int] = {}
        self._lock = threading.Lock()

    def plan(self, fault: Fault) -> None:
        """Adds a fault."""
        with self._lock:
            self._planned.append(fault)

    def clear(self) -> None:
        """From now on nothing goes wrong."""
        with self._lock:
            self._planned.clear()
            self._passed.clear()

    def next(self, method: str, arguments: Mapping[str, Any]) -> Fault | None:
        """The fault that this call meets. Each call counts once for each fault that concerns it."""
        with self._lock:
            for fault in self._planned:
                concerns = not fault.channel or fault.channel == arguments.get("channel")
                if fault.method == method and concerns and self._hits(fault):
                    return fault
        return None

    def _hits(self, fault: Fault) -> bool:
        passed = self._passed.get(id(fault), 0)
        self._passed[id(fault)] = passed + 1
        return passed >= fault.skip and (fault.times is None or passed < fault.skip + fault.times)
