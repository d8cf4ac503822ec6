"""How often Slack lets a method be called: a bucket of calls for each workspace and method."""

import math
import time
from collections.abc import Hashable
from dataclasses import dataclass, field

from bot.demo.refusals import Refused


@dataclass(slots=True)
class _Bucket:
    calls: float
    at: float
    real: float


@dataclass(slots=True)
class Rates:
    """Slack's published rates: messages a second and channel, with the short burst it tolerates.

    Time passes for a bucket when either the injected clock or real time does: a bot that sleeps
    after a 429 gets on under a clock that stands still, and a simulated year is not held up.
    """

    burst: int = 3
    messages_per_second: float = 1.0
    buckets: dict[Hashable, _Bucket] = field(default_factory=dict)

    def take(self, key: Hashable, now: float, per_minute: int | None) -> None:
        """Counts one call, or refuses it with `ratelimited` and whole seconds to wait.

        `per_minute` None means the rate of messages in one channel.
        """
        most = per_minute if per_minute else self.burst
        rate = per_minute / 60 if per_minute else self.messages_per_second
        real = time.monotonic()
        bucket = self.buckets.setdefault(key, _Bucket(most, now, real))
        passed = max(now - bucket.at, real - bucket.real, 0.0)
        bucket.calls = min(bucket.calls + passed * rate, most)
        bucket.at, bucket.real = now, real
        if bucket.calls < 1:
            wait = max(math.ceil((1 - bucket.calls) / rate), 1)
            raise Refused("ratelimited", retry_after=wait)
        bucket.calls -= 1
