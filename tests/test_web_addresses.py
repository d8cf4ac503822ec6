"""Which address is connected to: the one that was judged, and for no longer than is left."""

import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from threading import Thread

import pytest

from bot.errors import SourceError
from bot.sources.network import Address, Deadline, PublicNetwork
from bot.sources.web import Web
from tests.site import QUICK, Site, a_site, on_this_machine, page

NOBODY = "127.0.0.77"


class Names:
    """A name server, which may tell something else each time it is asked."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, host: str, port: int) -> list[Address]:
        self.asked.append(host)
        told = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [ip_address(each) for each in told]


@pytest.fixture
def site() -> Iterator[Site]:
    with a_site(page("hello")) as opened:
        yield opened


def ask(site: Site, names: Names, may_reach: Callable[[Address], bool]) -> bytes:
    """What the site answers when it is asked by its name."""
    web = Web("", lambda host: 0.0, QUICK, may_reach, look_up=names)
    return web.get(f"http://journal.example:{site.port}/").body


def test_a_name_is_looked_up_once(site: Site) -> None:
    """A second answer, which might lead inside, is never asked for."""
    names = Names(["127.0.0.1"], [NOBODY])
    assert ask(site, names, on_this_machine) == b"hello"
    assert names.asked == ["journal.example"]


def test_every_address_of_a_name_is_judged(site: Site) -> None:
    """One that may be reached opens no door to the others."""
    with pytest.raises(SourceError, match="3 times"):
        ask(site, Names([NOBODY, "127.0.0.1"]), lambda address: str(address) == NOBODY)
    assert site.asked == []


def test_the_next_address_is_tried(site: Site) -> None:
    """Where nobody answers at the first, or it may not be reached."""
    names = Names(["10.0.0.1", NOBODY, "127.0.0.1"])
    assert ask(site, names, lambda address: address.is_loopback) == b"hello"


def test_a_secured_connection_ends_in_time(tmp_path: Path) -> None:
    """A site that drips behind its certificate, too."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl makes the certificate")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = f"{openssl} req -x509 -newkey rsa:2048 -nodes -days 9 -subj /CN=drip.example"
    command = [*made.split(), "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(certificate, key)
    listener = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        with (
            suppress(OSError),
            listener,
            listener.accept()[0] as plain,
            ours.wrap_socket(plain, server_side=True) as secured,
        ):
            for _ in range(40):
                secured.sendall(b"x")
                time.sleep(0.1)

    server = Thread(target=drip)
    server.start()
    theirs = ssl.create_default_context(cafile=str(certificate))
    network = PublicNetwork(on_this_machine, Deadline(time.monotonic() + 1))
    begun = time.monotonic()
    stream = network.connect_tcp("127.0.0.1", listener.getsockname()[1], 4.0)
    secured = stream.start_tls(theirs, "drip.example", 4.0)
    with pytest.raises(Exception, match=r"took too long|timed out") as caught:
        _read_all(secured.read)
    assert type(caught.value).__name__ == "ReadTimeout"
    assert time.monotonic() - begun < 3
    secured.close()
    server.join()


def _read_all(read: Callable[[int, float], bytes]) -> None:
    while read(1, 4.0):
        pass
