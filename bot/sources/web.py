"""How sources ask the web: politely, patiently, and with an end to everything.

The only importer of an HTTP client among the sources.
"""

import re
import ssl
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from threading import Lock
from urllib.parse import urljoin, urlsplit

import httpcore

from bot.errors import SourceBusy, SourceError
from bot.sources.network import Address, Deadline, PublicNetwork, is_public, resolve

HOME = "https://github.com/paperwire/paperwire"
ARXIV_SECONDS = 3.0
"""Between two requests to arXiv, from the start of one: its terms of use."""

_MOVED = frozenset({301, 302, 303, 307, 308})
_AGAIN = frozenset({429, 500, 502, 503, 504})
_MOST_HOPS = 5
_SECRET = re.compile(r"//[^/]*@")


@dataclass(frozen=True, slots=True)
class Limits:
    """What an answer may take: bytes after unpacking, and seconds for all, one step, and a wait."""

    answer_bytes: int = 30_000_000
    answer_seconds: float = 120.0
    step_seconds: float = 30.0
    longest_wait: float = 120.0
    tries: int = 4
    first_wait: float = 5.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a site answered; `url` is the address after all redirects, headers are lower case."""

    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Web:
    """Fetches for all sources of a process, one after the other from each host.

    `contact` tells a site whom to write to. `pace` says how many seconds lie between two requests
    to a host, at least; `sleep` waits, and may raise to end everything. Only addresses that
    `may_reach` allows are asked, redirects included; `look_up` tells those of a host.
    """

    contact: str = ""
    pace: Callable[[str], float] = lambda host: pace_of(host)
    limits: Limits = Limits()
    may_reach: Callable[[Address], bool] = is_public
    sleep: Callable[[float], None] = time.sleep
    look_up: Callable[[str, int], list[Address]] = resolve
    _turns: dict[str, "_Turn"] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def get(self, url: str, accept: str = "*/*") -> Answer:
        """The answer to a GET request.

        A site that is overloaded or does not answer is asked again, after the time that it asks
        for. Raises SourceBusy where that is longer than a run may wait, else SourceError.
        """
        for turn in range(self.limits.tries):
            is_last = turn == self.limits.tries - 1
            try:
                return self._followed(url, accept)
            except _TryAgain as again:
                host = urlsplit(url).hostname or url
                wait = self.limits.first_wait * 2**turn if again.seconds is None else again.seconds
                if wait > self.limits.longest_wait or (is_last and again.seconds is not None):
                    raise SourceBusy(f"{host} {again}.", int(wait) + 1) from None
                if is_last:
                    raise SourceError(f"{host} {again}, {self.limits.tries} times.") from None
                self.sleep(wait)
        raise SourceError(f"{url[:200]} was not asked.")

    def _followed(self, url: str, accept: str) -> Answer:
        for _ in range(_MOST_HOPS):
            host = _checked(url)
            with self._turn(host).taken(self.pace(host), self.sleep):
                status, answer = self._asked(url, accept)
            target = answer.headers.get("location")
            if status in _MOVED and target:
                url = urljoin(url, target)
                continue
            if status in _AGAIN:
                raise _TryAgain(f"answered {status}", _retry_after(answer.headers))
            if status != 200:
                raise SourceError(f"{host} answered {status} to {url[:200]}.")
            return answer
        raise SourceError(f"{urlsplit(url).hostname} leads from one address to the next.")

    def _asked(self, url: str, accept: str) -> tuple[int, Answer]:
        headers: dict[bytes | str, bytes | str] = {
            "Accept": accept,
            "Accept-Encoding": "gzip",
            "User-Agent": self._name(),
        }
        step = self.limits.step_seconds
        timeouts = dict.fromkeys(("connect", "read", "write", "pool"), step)
        deadline = Deadline(time.monotonic() + self.limits.answer_seconds)
        network = PublicNetwork(self.may_reach, deadline, self.look_up)
        with (
            _translated(urlsplit(url).hostname or ""),
            httpcore.ConnectionPool(network_backend=network) as pool,
            pool.stream("GET", url, headers=headers, extensions={"timeout": timeouts}) as response,
        ):
            named = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in response.headers}
            body = _body(response.iter_stream(), named, self.limits.answer_bytes)
            return response.status, Answer(url, named, body)

    def _name(self) -> str:
        contact = "".join(c for c in self.contact if c.isascii() and c.isprintable())
        return f"Paperwire/{version('paperwire')} (+{HOME}{'; ' + contact if contact else ''})"

    def _turn(self, host: str) -> "_Turn":
        with self._lock:
            return self._turns.setdefault(_site(host), _Turn())


def pace_of(host: str) -> float:
    """Seconds between two requests to a host."""
    return ARXIV_SECONDS if _site(host) == "arxiv.org" else 1.0


def _site(host: str) -> str:
    """Hosts of arXiv count as one."""
    return "arxiv.org" if host == "arxiv.org" or host.endswith(".arxiv.org") else host


class _Turn:
    """Whose turn it is to ask a site, and when it was asked last."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._last = float("-inf")

    @contextmanager
    def taken(self, pace: float, sleep: Callable[[float], None]) -> Iterator[None]:
        """Waits for the turn, and for the pace; keeps others waiting until the end."""
        with self._lock:
            wait = self._last + pace - time.monotonic()
            if wait > 0:
                sleep(wait)
            self._last = time.monotonic()
            yield


class _TryAgain(Exception):
    """The site may answer later; `seconds` is when it asks to be asked, if it says so."""

    def __init__(self, text: str, seconds: float | None = None) -> None:
        super().__init__(text)
        self.seconds = seconds


@contextmanager
def _translated(host: str) -> Iterator[None]:
    """Raises what httpcore raises in this block as SourceError, or as worth another try."""
    try:
        yield
    except httpcore.TimeoutException:
        raise _TryAgain("did not answer in time") from None
    except (httpcore.NetworkError, httpcore.RemoteProtocolError) as error:
        if _is_certificate(error):
            raise SourceError(f"{host} has no certificate that can be trusted.") from None
        raise _TryAgain("broke the connection off") from None
    except (httpcore.LocalProtocolError, httpcore.UnsupportedProtocol):
        raise SourceError(f"{host} cannot be asked for that address.") from None


def _is_certificate(error: BaseException) -> bool:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return True
        seen = seen.__cause__ or seen.__context__
    return "CERTIFICATE_VERIFY_FAILED" in str(error)


def _checked(url: str) -> str:
    """The host of a web address. Raises SourceError for what is none."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
        is_web = parts.scheme in {"http", "https"} and bool(host) and not parts.username
        (host or "").encode("idna")
    except (ValueError, UnicodeError):
        is_web, host = False, None
    if not is_web or not host or not url.isascii() or any(c <= " " for c in url):
        shown = _SECRET.sub("//…@", url)
        raise SourceError(f"“{shown[:100]}” is no web address.")
    return host


def _body(chunks: Iterator[bytes], headers: Mapping[str, str], most: int) -> bytes:
    packed = headers.get("content-encoding", "identity").strip().lower()
    if packed not in {"identity", "", "gzip", "x-gzip"}:
        raise SourceError(f"The answer is packed in a way that nobody asked for: {packed[:20]}.")
    unpack = zlib.decompressobj(31) if "gzip" in packed else None
    body = bytearray()
    for chunk in chunks:
        try:
            body += unpack.decompress(chunk, most + 1 - len(body)) if unpack else chunk
        except zlib.error:
            raise SourceError("The answer is damaged: it cannot be unpacked.") from None
        if len(body) > most:
            raise SourceError(f"The answer is larger than {most // 1_000_000} MB.")
    return bytes(body)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds that a site asks to be left alone, written as a number or as a date."""
    text = headers.get("retry-after", "").strip()
    if text.isdecimal():
        return min(float(text), 86_400.0)
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(max((at - datetime.now(UTC)).total_seconds(), 0.0), 86_400.0)
