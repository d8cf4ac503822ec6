"""How sites are asked, and what keeps one that misbehaves from doing harm."""

import gzip
import shutil
import socket
import ssl
import subprocess
import threading
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

import pytest

from bot.errors import SourceBusy, SourceError
from bot.sources.network import is_public
from bot.sources.web import Limits, Web, pace_of
from tests.site import QUICK, Exchange, Site, a_site, a_web, on_this_machine, page


@pytest.fixture
def site() -> Iterator[Site]:
    with a_site(page("hello")) as opened:
        yield opened


def test_an_answer_comes_as_it_is(site: Site) -> None:
    """Body and address; the site hears who asks, and whom to write to."""
    answer = a_web().get(site.url + "a?b=c")
    assert (answer.body, answer.url) == (b"hello", site.url + "a?b=c")
    assert site.asked == ["/a?b=c"]
    assert site.agents[0].startswith("Paperwire/")
    assert "ada@lab.example" in site.agents[0]


def test_a_contact_is_no_header(site: Site) -> None:
    """Whatever stands in the setting is one line of what the name of the bot says."""
    web = a_web()
    web.contact = "ada@lab.example\r\nX-Evil: é"
    assert web.get(site.url).body == b"hello"
    assert site.agents[0].endswith("; ada@lab.exampleX-Evil: )")


def test_requests_keep_their_distance(site: Site) -> None:
    """Between the beginnings of two requests to a site lies its pace, also from two threads."""
    web = a_web(pace=0.3)
    threads = [threading.Thread(target=web.get, args=(site.url,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    gaps = [b - a for a, b in zip(site.times, site.times[1:], strict=False)]
    assert len(gaps) == 3
    # The site notes when it hears of a request, which on a busy machine may be late.
    assert min(gaps) > 0.15
    assert sum(gaps) > 0.75


def test_all_of_arxiv_is_one_site() -> None:
    """Three seconds between two requests to whichever of its hosts; a second elsewhere."""
    assert pace_of("rss.arxiv.org") == pace_of("arxiv.org") == 3.0
    assert pace_of("notarxiv.org") == 1.0


def test_a_busy_site_is_asked_again_when_it_says(site: Site) -> None:
    """503 with Retry-After waits as long as it asks for, and then has its answer."""
    site.will(page("", 503, Retry_After="1"), page("at last"))
    begun = time.monotonic()
    assert a_web().get(site.url).body == b"at last"
    assert time.monotonic() - begun > 0.99


def test_a_long_wait_is_left_to_the_next_reading(site: Site) -> None:
    """A site that asks for an hour is not asked again at once, and the hour is known."""
    site.will(page("", 503, Retry_After="3600"))
    with pytest.raises(SourceBusy, match=r"127\.0\.0\.1 answered 503") as caught:
        a_web().get(site.url)
    assert 3_600 <= caught.value.seconds <= 3_601
    assert len(site.asked) == 1


def test_retry_after_may_be_a_date(site: Site) -> None:
    """The other way of writing it."""
    site.will(page("", 429, Retry_After="Fri, 31 Dec 2199 23:59:59 GMT"))
    with pytest.raises(SourceBusy) as caught:
        a_web().get(site.url)
    assert caught.value.seconds == 86_401


def test_no_wait_is_longer_than_a_day(site: Site) -> None:
    """Whatever a site asks for."""
    site.will(page("", 503, Retry_After="9" * 40))
    with pytest.raises(SourceBusy) as caught:
        a_web().get(site.url)
    assert caught.value.seconds == 86_401


def test_a_site_that_stays_busy_is_left_to_the_next_reading(site: Site) -> None:
    """With the time that it asked for at last: short, but it was obeyed often enough."""
    site.will(page("", 503, Retry_After="1"))
    with pytest.raises(SourceBusy) as caught:
        a_web(replace(QUICK, tries=2)).get(site.url)
    assert (len(site.asked), caught.value.seconds) == (2, 2)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_site_that_fails_now_and_then(site: Site, status: int) -> None:
    """A failure of the site's own is tried again, three times in all."""
    site.will(page("", status), page("", status), page("good"))
    assert a_web().get(site.url).body == b"good"
    site.will(page("", status))
    with pytest.raises(SourceError, match=f"answered {status}, 3 times"):
        a_web().get(site.url)


def test_a_page_that_is_not_there_is_not_asked_for_again(site: Site) -> None:
    """404 is an answer."""
    site.will(page("", 404))
    with pytest.raises(SourceError, match="answered 404"):
        a_web().get(site.url)
    assert len(site.asked) == 1


def test_a_connection_that_breaks_is_tried_again(site: Site) -> None:
    """Reset at the start, and cut in the middle."""

    def cut(exchange: Exchange) -> None:
        exchange.begins(1_000)
        exchange.wfile.write(b"only the beginning")

    site.will(Exchange.resets, cut, page("whole"))
    assert a_web().get(site.url).body == b"whole"
    site.will(cut)
    with pytest.raises(SourceError, match="broke the connection off, 3 times"):
        a_web().get(site.url)


@pytest.mark.parametrize("part", ["head", "body"])
def test_a_drip_comes_to_an_end(site: Site, part: str) -> None:
    """A byte now and then outwits every timeout of a step, but not that of the whole."""

    def drip(exchange: Exchange) -> None:
        if part == "body":
            exchange.begins(100_000)
            exchange.drips(b"x" * 100_000, 0.1, site.over)
        else:
            exchange.drips(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 90_000, 0.1, site.over)

    site.will(drip)
    begun = time.monotonic()
    with pytest.raises(SourceError, match="did not answer in time, 2 times"):
        a_web(replace(QUICK, tries=2, answer_seconds=0.5)).get(site.url)
    assert time.monotonic() - begun < 3


def test_a_site_that_falls_silent_is_not_waited_for(site: Site) -> None:
    """Each step may take as long as is left for the whole, and no longer."""

    def silent(exchange: Exchange) -> None:
        exchange.begins(1_000)
        site.over.wait(5)

    site.will(silent)
    begun = time.monotonic()
    with pytest.raises(SourceError, match="did not answer in time"):
        a_web(replace(QUICK, tries=1, answer_seconds=0.3, step_seconds=4)).get(site.url)
    assert time.monotonic() - begun < 2


def test_200_megabytes_are_not_read(site: Site) -> None:
    """Reading stops where the limit is."""
    sent = 0

    def endless(exchange: Exchange) -> None:
        nonlocal sent
        exchange.begins(200_000_000)
        for _ in range(200):
            exchange.wfile.write(b"x" * 1_000_000)
            sent += 1

    site.will(endless)
    with pytest.raises(SourceError, match="larger than 1 MB"):
        a_web().get(site.url)
    assert sent < 30


def test_a_bomb_does_not_go_off(site: Site) -> None:
    """A small packed answer that would be large; packed ones of the right size are read."""
    bomb = gzip.compress(b"x" * 100_000_000)
    site.will(page(bomb, Content_Encoding="gzip"))
    tracemalloc.start()
    try:
        with pytest.raises(SourceError, match="larger than 1 MB"):
            a_web().get(site.url)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()
    site.will(page(gzip.compress(b"packed"), Content_Encoding="gzip"))
    assert a_web().get(site.url).body == b"packed"
    site.will(page(b"no gzip at all", Content_Encoding="gzip"))
    with pytest.raises(SourceError, match="damaged"):
        a_web().get(site.url)


def test_redirects_are_followed(site: Site) -> None:
    """Relative ones too, and not for ever."""
    site.will(page("", 302, Location="/elsewhere"), page("there"))
    assert a_web().get(site.url).url == site.url + "elsewhere"
    site.will(page("", 301, Location="/round"))
    before = len(site.asked)
    with pytest.raises(SourceError, match="from one address to the next"):
        a_web().get(site.url)
    assert len(site.asked) - before < 10


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://localhost/",
        "http://0x7f.1/",
        "http://2130706433/",
        "http://0/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "http://user:secret@192.0.2.1/",
        "//192.168.1.1/",
    ],
)
def test_a_redirect_does_not_lead_inside(site: Site, target: str) -> None:
    """Every hop is judged, by the address that is connected to."""
    web = a_web()
    # Only the site itself may be reached, as if its address were public.
    first = iter([True])
    web.may_reach = lambda address: next(first, False) or is_public(address)
    site.will(page("", 302, Location=target))
    with pytest.raises(SourceError, match=r"no public address|no web address") as caught:
        web.get(site.url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.0.1", "100.64.0.1",
        "169.254.169.254", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fd00:ec2::254",
        "::ffff:10.0.0.1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "ff02::1", "198.18.0.1",
    ],
)  # fmt: skip
def test_addresses_inside_are_none_of_the_internet(address: str) -> None:
    """Loopback, private, link-local, shared, multicast, and those wrapped in others."""
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "128.84.4.34", "2606:4700::1111"])
def test_addresses_of_the_internet(address: str) -> None:
    """What sources are asked at."""
    assert is_public(ip_address(address))


def test_this_machine_is_not_asked_by_itself(site: Site) -> None:
    """Unless somebody allows it, as tests do."""
    with pytest.raises(SourceError, match="is no public address"):
        Web(limits=QUICK, pace=lambda host: 0.0).get(site.url)
    assert site.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "ftp://example.org/",
        "http://",
        "http://a b/",
        "http://[x/",
        "http://x:99999/",
        "http://somebody:secret@127.0.0.1/",
    ],
)
def test_what_is_no_address(url: str) -> None:
    """One sentence, and nobody is asked."""
    with pytest.raises(SourceError, match="no web address"):
        a_web().get(url)


def test_a_host_that_nobody_knows() -> None:
    """One sentence."""
    with pytest.raises(SourceError, match=r"There is no host nowhere\.invalid"):
        a_web().get("http://nowhere.invalid/")


def test_nobody_listens() -> None:
    """A closed port is tried again, then said."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(SourceError, match="3 times"):
        a_web().get(f"http://127.0.0.1:{port}/")


def test_a_certificate_that_nobody_signed(tmp_path: Path) -> None:
    """It is not asked again, and nothing is sent to it."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl makes the certificate")
    made = f"{openssl} req -x509 -newkey rsa:2048 -nodes -days 9 -subj /CN=untrusted.example"
    command = [*made.split(), "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    listener = socket.create_server(("127.0.0.1", 0))
    heard: list[bytes] = []

    def serve() -> None:
        with listener, listener.accept()[0] as plain:
            try:
                with context.wrap_socket(plain, server_side=True) as secured:
                    heard.append(secured.recv(100))
            except (ssl.SSLError, OSError):
                heard.append(b"")

    thread = threading.Thread(target=serve)
    thread.start()
    with pytest.raises(SourceError, match="no certificate that can be trusted"):
        a_web().get(f"https://127.0.0.1:{listener.getsockname()[1]}/")
    thread.join(5)
    assert heard == [b""]


def test_waiting_can_be_ended(site: Site) -> None:
    """What `sleep` raises ends everything, and the next request is not kept waiting."""

    class Enough(Exception):
        pass

    def sleep(_seconds: float) -> None:
        raise Enough

    web = Web("", lambda host: 0.0, Limits(), on_this_machine, sleep)
    site.will(page("", 503, Retry_After="60"), page("good"))
    with pytest.raises(Enough):
        web.get(site.url)
    assert web.get(site.url).body == b"good"
