"""Going out: only to what is out there, for so long, and to take so much."""

import socket
import ssl
import subprocess
import tracemalloc
import zlib
from threading import Thread

import pytest

from app.lib import clock, fetch
from app.lib.fetch import MEGABYTE, Fetcher
from app.lib.patience import Failed, Forbidden, Garbled, TooSlow, Unreachable
from app.lib.reachable import is_out_there, place
from tests.abroad import AGENT, OUT_THERE, Said, abroad

POND = "http://pond.example/"
# Each leads, or led in some program, to this machine, to its neighbours, or to no web server.
REFUSED = """
http://127.0.0.1/ http://127.1/ http://127.0.1/ http://2130706433/ http://0x7f000001/
http://0x7f.1/ http://0177.0.0.1/ http://0177.1/ http://017700000001/ http://0/ http://0.0.0.0/
http://127.0.0.1./ http://127.127.127.127/ http://[::1]/ http://[::]/ http://[0:0:0:0:0:0:0:1]/
http://[::ffff:127.0.0.1]/ http://[::ffff:7f00:1]/ http://[::127.0.0.1]/ http://[64:ff9b::7f00:1]/
http://[2002:7f00:1::]/ http://[fec0::1]/ http://[fe80::1]/ http://[fe80::1%25lo]/
http://[fc00::1]/ http://[fd00:ec2::254]/ http://[ff02::1]/ http://[5f00::1]/ http://[2001:db8::1]/
http://10.0.0.1/ http://172.16.0.1/ http://192.168.1.1/ http://169.254.169.254/latest/meta-data/
http://100.64.0.1/ http://100.100.100.200/ http://192.0.0.192/ http://192.0.2.1/ http://198.18.0.1/
http://192.88.99.1/ http://224.0.0.1/ http://240.0.0.1/ http://255.255.255.255/
http://168.63.129.16/ http://①②⑦.⓪.⓪.①/ http://127。0。0。1/ http://localhost/ http://ⓛocalhost/
http://LOCALHOST./ http://ada:secret@pond.example/ http://ada@127.0.0.1/ http://@pond.example/
http://pond.example:8080/ http://pond.example:22/ http://pond.example:0/ http://pond.example:-1/
http://pond.example:99999/ https://pond.example:25/ ftp://pond.example/ file:///etc/passwd
gopher://pond.example/ javascript:alert(1) data:text/html,x //pond.example/ pond.example http:///
http://pond.example\\@127.0.0.1/ http://pond.example/%0d%0a\tx http:127.0.0.1 http://[::1 http://]
""".split()
REFUSED += ["http://pond.example/a b", "http://pond.example/\r\nHost: x", "http://pond\0.example/"]


@pytest.fixture
def out():
    with abroad() as made:
        made.sites[POND] = Said("<title>A pond</title>")
        yield made


@pytest.mark.parametrize("url", REFUSED)
def test_safety_03_what_is_not_out_there_is_not_asked(url):
    reached = []

    def connect(*to):
        reached.append(to)
        raise OSError

    with pytest.raises(Failed):
        Fetcher(AGENT, connect=connect).get(url)
    assert not reached


def test_safety_03_there_are_enough_spellings():
    assert len(REFUSED) >= 40


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_what_is_out_there_is_known_to_be(address):
    assert is_out_there(address)


def test_safety_03_one_bad_address_among_good_ones_is_enough(out):
    out.names["pond.example"] = [OUT_THERE, "127.0.0.1"]
    with pytest.raises(Forbidden):
        out.fetcher().get(POND)
    assert out.reached == []


def test_safety_03_a_name_that_changes_its_mind_leads_nowhere_else(out):
    """DNS says one thing when it is checked and another a moment later: it is asked once."""
    said = iter([[OUT_THERE], ["127.0.0.1"], ["127.0.0.1"]])
    fetcher = out.fetcher(resolve=lambda host, port: next(said))
    fetcher.get(POND)
    assert out.reached == [OUT_THERE]
    with pytest.raises(Forbidden):
        fetcher.get(POND)
    assert out.reached == [OUT_THERE]


def test_safety_03_each_redirect_is_checked_anew(out):
    out.names |= {"inside.example": ["10.0.0.1"], "127.0.0.1": ["127.0.0.1"]}
    for to in (
        "http://inside.example/",
        "http://127.0.0.1/",
        "http://pond.example:8080/",
        "file:/x",
    ):
        out.sites[POND] = Said(status=302, headers={"Location": to})
        with pytest.raises(Forbidden):
            out.fetcher().get(POND)
    assert set(out.reached) == {OUT_THERE}


def test_safety_03_three_redirects_are_followed_and_no_fourth(out):
    for number in range(4):
        headers = {"Location": f"/{number + 1}" if number else "1"}
        out.sites[f"{POND}{number or ''}"] = Said(status=307, headers=headers)
    out.sites[f"{POND}3"] = Said("There.")
    answer = out.fetcher().get(POND)
    assert (answer.url, answer.body) == (f"{POND}3", b"There.")
    assert answer.moved_to == ""
    out.sites[f"{POND}3"] = Said(status=303, headers={"Location": "/4"})
    out.asked.clear()
    with pytest.raises(Garbled):
        out.fetcher().get(POND)
    assert len(out.asked) == 4


def test_an_address_that_has_moved_for_good_is_told(out):
    lake = "http://lake.example/"
    out.sites[POND] = Said(status=301, headers={"Location": lake})
    out.sites[lake] = Said(status=302, headers={"Location": "/today"})
    out.sites[f"{lake}today"] = Said("Deep.")
    answer = out.fetcher().head(POND)
    assert (answer.status, answer.moved_to, answer.url) == (200, lake, f"{lake}today")


def test_who_is_asking_is_said_and_no_more(out):
    out.sites["http://xn--tmpel-kva.example/%C3%A4?q=%C3%B6&r=a+b"] = Said("Moss.")
    assert out.fetcher().get("http://tümpel.example/ä?q=ö&r=a+b#here").body == b"Moss."
    headers = out.asked[0].headers
    assert headers["User-Agent"] == AGENT
    assert set(headers) == {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"}


def test_a_form_is_sent(out):
    out.sites[POND] = lambda asked: Said(asked.body)
    assert out.fetcher().post(POND, {"a": "ü&"}).body == b"a=%C3%BC%26"


@pytest.mark.parametrize("part", ["", "head", "body", "names", "hands"])
def test_safety_03_what_drips_is_cut_at_the_deadline(out, part):
    def drip(piece):
        while True:
            yield piece
            clock.pause(0.02)

    out.sites[POND] = Said(drip=drip(b"a little more "))
    more = {}
    if part == "names":
        more["resolve"] = lambda host, port: clock.pause(1.5) or [OUT_THERE]
    if part in ("", "head"):
        more["connect"] = _dripping(b"X-A: b\r\n" if part else b"")
    url = "https://pond.example/" if part == "hands" else POND
    if part == "hands":
        more["connect"] = _dripping(b"")
    since = clock.ticks()
    with pytest.raises(TooSlow) as told:
        out.fetcher(seconds=0.3, **more).get(url)
    assert 0.25 < clock.ticks() - since < 0.8
    assert "0.3 seconds" in told.value.reason


def test_safety_03_five_seconds_and_a_megabyte_are_what_is_given():
    fetcher = Fetcher(AGENT)
    assert (fetcher.seconds, fetcher.most_bytes) == (5, MEGABYTE)
    assert fetcher.resolve is fetch.resolve
    assert fetcher.connect is fetch.connect


def test_safety_03_a_bomb_is_not_unpacked(out):
    out.sites[POND] = Said(headers={"Content-Encoding": "gzip"}, drip=_bomb())
    tracemalloc.start()
    try:
        answer = out.fetcher().get(POND)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert answer.is_cut
    assert len(answer.body) == MEGABYTE
    assert peak < 6 * MEGABYTE  # Two of them are the bomb's own.


def test_what_is_longer_than_it_should_be_is_cut(out):
    out.sites[POND] = Said(b"x" * 3000)
    answer = out.fetcher(most_bytes=1000).get(POND)
    assert answer.is_cut
    assert answer.body == b"x" * 1000
    answer = out.fetcher(most_bytes=3000).get(POND)
    assert not answer.is_cut


def test_headers_without_end_are_given_up():
    lines = b"HTTP/1.1 200 OK\r\n" + b"X-A: %s\r\n" % (b"b" * 60_000) * 90
    fetcher = Fetcher(AGENT, resolve=lambda *_: [OUT_THERE], connect=_saying(lines))
    with pytest.raises(Garbled):
        fetcher.get(POND)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\nContent-Encoding: gzip\r\n\r\nnot packed",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 1\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 200_000,
        b"HTTP/1.1 302 Found\r\nLocation: http://[x/\r\n\r\n",
    ],
)
def test_what_is_no_answer_is_told_in_words(said):
    fetcher = Fetcher(AGENT, resolve=lambda *_: [OUT_THERE], connect=_saying(said))
    with pytest.raises(Failed) as told:
        fetcher.get(POND)
    assert told.value.reason


def test_where_nobody_answers_is_told(out):
    with pytest.raises(Unreachable, match=r"no site of the name lake\.example"):
        out.fetcher().get("http://lake.example/")
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        at = closed.getsockname()

        def connect(address, port, seconds):
            return socket.create_connection(at, seconds)

        with pytest.raises(Unreachable, match=r"pond\.example does not answer"):
            out.fetcher(connect=connect).get(POND)


def test_another_address_of_the_same_name_is_tried(out):
    out.names["pond.example"] = ["93.184.215.15", OUT_THERE]

    def connect(address, port, seconds):
        if address != OUT_THERE:
            raise OSError
        return out.connect(address, port, seconds)

    assert out.fetcher(connect=connect).get(POND).status == 200


def test_a_certificate_has_to_be_the_names_own(tmp_path, tool):
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    line = (
        f"req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -keyout {key}"
    )
    line += f" -out {cert} -subj /CN=pond.example -addext subjectAltName=DNS:pond.example"
    subprocess.run([tool("openssl"), *line.split()], check=True, capture_output=True)
    with abroad((cert, key)) as out:
        out.sites["http://pond.example/"] = Said("Safe.")
        out.sites["http://lake.example/"] = Said("Not here.")
        knowing = out.fetcher(trusted=lambda: ssl.create_default_context(cafile=cert))
        assert knowing.get("https://pond.example/").body == b"Safe."
        for fetcher, name in ((knowing, "lake"), (out.fetcher(), "pond")):
            with pytest.raises(Unreachable, match="certificate"):
                fetcher.get(f"https://{name}.example/")


def test_who_waits_between_requests_does_not_lose_the_time(out):
    hosts = []

    def before(host):
        hosts.append(host)
        clock.pause(0.25)

    out.sites[POND] = Said(status=302, headers={"Location": "/there"})
    out.sites[f"{POND}there"] = Said("There.")
    assert out.fetcher(seconds=0.4, before=before).get(POND).body == b"There."
    assert hosts == ["pond.example"] * 2


def test_a_place_is_written_as_it_is_sent():
    found = place("HTTPS://Pond.Example:443/a%20b/ü?x=[1]")
    assert (found.authority, found.path) == ("pond.example", "/a%20b/%C3%BC?x=[1]")
    assert place("http://pond.example:443").authority == "pond.example:443"
    assert place("http://[2606::1]").authority == "[2606::1]"


def _bomb():
    """A gigabyte of nothing, packed as it is asked for."""
    packer = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    for _ in range(1024):
        yield packer.compress(bytes(MEGABYTE))
    yield packer.flush()


def _saying(content: bytes):
    """Connected to one who says this and hangs up."""

    def connect(*_to):
        ours, theirs = socket.socketpair()

        def talk():
            with theirs:
                try:
                    theirs.recv(4096)
                    theirs.sendall(content)
                except OSError:
                    return

        Thread(target=talk, daemon=True).start()
        return ours

    return connect


def _dripping(piece: bytes):
    """Connected to one who says this again and again, or nothing, and never hangs up."""

    def connect(*_to):
        ours, theirs = socket.socketpair()

        def talk():
            with theirs:
                try:
                    theirs.sendall(b"HTTP/1.1 200 OK\r\n" if piece else b"")
                    for _ in range(50):
                        theirs.sendall(piece)
                        clock.pause(0.02)
                except OSError:
                    return

        Thread(target=talk, daemon=True).start()
        return ours

    return connect
