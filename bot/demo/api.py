"""Takes calls of methods and response URLs: faults, tokens, rates, scopes, then the table."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bot.demo.calls import Call, Record
from bot.demo.consent import decide, page
from bot.demo.faults import Fault, Faults
from bot.demo.hooks import status_of, use_hook
from bot.demo.methods import METHODS, Method
from bot.demo.rates import Rates
from bot.demo.refusals import Refused
from bot.demo.world import Token, World

JSON = dict[str, Any]
Arguments = Mapping[str, Any]
NOBODY = Token("", "app", "", frozenset())
HTML = {"Content-Type": "text/html; charset=utf-8"}
SECRET = frozenset({"token", "client_secret", "code", "refresh_token"})


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back over HTTP; None as body cuts the connection without an answer."""

    status: int
    body: JSON | str | None
    headers: Mapping[str, str] = field(default_factory=dict)


class Api:
    """Everything that a bot can call. `records` holds what it called, in order of answers.

    `underway` is how many calls are being answered at the moment.
    """

    def __init__(self, world: World, rates: Rates | None) -> None:
        self.world = world
        self.rates = rates
        self.faults = Faults()
        self.records: list[Record] = []
        self.underway = 0
        self.closing = threading.Event()

    def call(self, name: str, token: str, arguments: Arguments) -> Reply:
        """Answers a call of a method."""
        return self._answered(name, token, arguments, partial(self._carried_out, name, token))

    def respond(self, path: str, payload: Any) -> Reply:
        """Answers a post to a response URL."""
        arguments = payload if isinstance(payload, dict) else {}
        responded = partial(self._responded, path, payload)
        return self._answered("response_url", "", arguments, lambda _: responded())

    def consent(self, query: Arguments) -> Reply:
        """Slack's page on which somebody agrees to an installation."""
        return self._page(lambda: Reply(200, page(self.world, query), HTML))

    def decide(self, form: Arguments) -> Reply:
        """Sends the browser back to the app, with what was decided."""
        return self._page(lambda: Reply(302, "", {"Location": decide(self.world, form)}))

    def _page(self, shown: Callable[[], Reply]) -> Reply:
        with self.world.changed:
            try:
                return shown()
            except Refused as refusal:
                return Reply(400, f"<!doctype html><p>{refusal.code}", HTML)

    def _answered(
        self, name: str, token: str, arguments: Arguments, carry_out: Callable[[Arguments], Reply]
    ) -> Reply:
        """Carries a call out, or lets a fault hit it, and writes it down."""
        with self.world.changed:
            self.underway += 1
        try:
            fault = self.faults.next(name, arguments)
            if fault and fault.delay:
                self.closing.wait(fault.delay)
            taken = fault is None or fault.is_carried_out
            with self.world.changed:
                reply = carry_out(arguments) if taken else None
                sent = _spoilt(fault) if fault and fault.spoils else reply or Reply(0, None)
                self._record(name, token, arguments, sent, taken)
            return sent
        finally:
            with self.world.changed:
                self.underway -= 1
                self.world.changed.notify_all()

    def _record(
        self, name: str, token: str, arguments: Arguments, sent: Reply, taken: bool
    ) -> None:
        known = self.world.tokens.get(token)
        record = Record(
            method=name,
            arguments={k: v for k, v in arguments.items() if k not in SECRET},
            answer=sent.body if isinstance(sent.body, dict) else {"ok": sent.status == 200},
            status=sent.status,
            at=self.world.clock(),
            team_id=known.team_id if known else "",
            taken=taken,
        )
        self.records.append(record)

    def _carried_out(self, name: str, token: str, arguments: Arguments) -> Reply:
        headers: dict[str, str] = {}
        try:
            method = METHODS.get(name)
            if method is None:
                raise Refused("unknown_method")
            identity = self._identified(method, token)
            headers["X-OAuth-Scopes"] = ",".join(sorted(identity.scopes))
            headers["X-Accepted-OAuth-Scopes"] = ",".join(method.scopes)
            call = Call(self.world, identity, arguments)
            self._limit(method, call)
            call.need_scope(*method.scopes)
            return Reply(200, {"ok": True} | method.answers(call), headers)
        except Refused as refusal:
            return _refused(refusal, headers)
        except RecursionError:
            return _refused(Refused("invalid_arguments", ["nested too deeply"]), headers)

    def _identified(self, method: Method, value: str) -> Token:
        if method.caller == "anybody":
            return NOBODY
        if not value:
            raise Refused("not_authed")
        token = self.world.tokens.get(value)
        if token is None:
            raise Refused("invalid_auth")
        if token.refusal:
            raise Refused(token.refusal)
        if token.ends is not None and token.ends <= self.world.clock():
            raise Refused("token_expired")
        if token.kind != method.caller:
            raise Refused("not_allowed_token_type")
        return token

    def _limit(self, method: Method, call: Call) -> None:
        """Counts the call: by channel for messages, by method and workspace for the rest."""
        if self.rates is None:
            return
        key = (call.token.team_id, method.name)
        if method.per_minute is not None:
            self.rates.take(key, call.now, method.per_minute)
            return
        channel = call.text("channel")
        direct = call.team.direct(channel) if channel in call.team.users else None
        self.rates.take((*key, direct.id if direct else channel), call.now, None)

    def _responded(self, path: str, payload: Any) -> Reply:
        try:
            use_hook(self.world, path, payload)
            return Reply(200, "ok")
        except Refused as refusal:
            return Reply(status_of(refusal), refusal.answer())
        except RecursionError:
            return Reply(400, Refused("invalid_payload").answer())


def _refused(refusal: Refused, headers: dict[str, str]) -> Reply:
    if refusal.retry_after is None:
        return Reply(200, refusal.answer(), headers)
    return Reply(429, refusal.answer(), headers | {"Retry-After": str(refusal.retry_after)})


def _spoilt(fault: Fault) -> Reply:
    """What comes back instead of the true answer."""
    if fault.cut:
        return Reply(0, None)
    seconds = fault.retry_after if fault.retry_after is not None else 1
    headers = {"Retry-After": str(seconds)} if fault.status == 429 else {}
    return Reply(fault.status, fault.answer(), headers)
