"""The heartbeat. The only importer of apscheduler; due times live in the database."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from apscheduler.schedulers.background import BackgroundScheduler

logger = logging.getLogger(__name__)

TICK_SECONDS = 20


def start_heartbeat(
    tick: Callable[[], object], seconds: float = TICK_SECONDS
) -> Callable[[], None]:
    """Calls `tick` every so many seconds, first at once; returns what stops it.

    A tick that is still running is never started twice, and a late one is not lost. One that
    fails is logged, and the next one comes as if it had not.
    """
    scheduler = BackgroundScheduler(timezone=UTC)

    def survive() -> None:
        try:
            tick()
        except Exception:
            logger.exception("tick failed")

    scheduler.add_job(
        survive,
        "interval",
        seconds=seconds,
        next_run_time=datetime.now(UTC),
        max_instances=1,
        coalesce=True,
        misfire_grace_time=None,
    )
    scheduler.start()
    return lambda: scheduler.shutdown(wait=True)
