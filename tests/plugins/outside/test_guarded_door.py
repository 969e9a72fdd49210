"""The door to servers outside: which addresses it opens to, and that it goes where it looked."""

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext

import pytest

from dispatch.model.message import Outcome
from dispatch.plugins.outside.addresses import Address, networks
from dispatch.plugins.outside.destinations import read
from dispatch.plugins.outside.posting import LONGEST_ANSWER, NoAnswer, Outside
from tests.plugins.far_side import FarSide

NO_ADDRESS = "this is no web address that may be called"
NOT_LISTED = "this host is not on the list of hosts"
PRIVATE = "this host leads into a private network"
LOOPBACK = networks(["127.0.0.0/8"])



class World:
    """Names and what they lead to, each answer in its turn; notes every address that is connected to."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []
        self.reached: list[str] = []

    def resolve(self, host: str, port: int) -> list[Address]:
        """Give the next answer; an address leads to itself, as it does everywhere."""
        self.asked.append(host)
        found = self.answers.pop(0) if self.answers else [host]
        return [ip_address(one) for one in found]

    def connect(self, address: Address, port: int, seconds: float) -> socket.socket:
        """Note the address; nobody is there."""
        self.reached.append(f"{address} {port}")
        raise ConnectionRefusedError


def _tried(world: World, url: str, hosts: Sequence[str], allow: Sequence[str] = (), **more: bool) -> NoAnswer:
    door = Outside(hosts=hosts, allow_private=networks(allow), resolve=world.resolve, connect=world.connect, **more)
    with pytest.raises(NoAnswer) as told:
        door.post(url, b"", {})
    return told.value


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.255.255.254",
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.1",
        "100.100.100.200",
        "100.127.255.255",
        "168.63.129.16",
        "169.254.0.23",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::ffff:8.8.8.8",
        "64:ff9b::10.0.0.1",
        "64:ff9b::8.8.8.8",
        "64:ff9b:1::a00:1",
        "100::1",
        "2001::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:0:4136:e378:8000:63bf:f7f7:f7f7",
        "2001:2::1",
        "2001:10::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:808:808::1",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fd12:3456::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ],
)
def test_a_name_that_leads_into_a_private_network_is_not_called(address: str) -> None:
    """Whatever the name of a host is made to lead to, nothing that is not the world's is connected to."""
    world = World([address])

    told = _tried(world, "https://push.example.org/x", ["push.example.org"])

    assert (told.receipt.outcome, told.receipt.note) == (Outcome.GIVE_UP, PRIVATE)
    assert world.reached == []


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://127.0.0.1./",
        "https://169.254.169.254/latest/meta-data/",
        "https://100.100.100.200/latest/meta-data/",
        "https://[::1]/",
        "https://[::ffff:7f00:1]/",
        "https://[::ffff:169.254.169.254]/",
        "https://[fd00:ec2::254]/",
        "https://[64:ff9b::a9fe:a9fe]/",
        "https://[2002:a9fe:a9fe::]/",
    ],
)
def test_an_address_of_a_private_network_is_not_called_even_where_the_list_has_it(url: str) -> None:
    """To put a host on the list is not to open a network: that is said for itself."""
    world = World()

    told = _tried(world, url, [read(url).host])

    assert (told.receipt.outcome, told.receipt.note) == (Outcome.GIVE_UP, PRIVATE)
    assert (world.asked, world.reached) == ([], [])


@pytest.mark.parametrize(
    "url",
    [
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7F.0.0.1/",
        "https://017700000001/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://127.0.1/",
        "https://127.0.0.0x1/",
        "https://0/",
        "https://00000127.0.0.1/",
        "https://256.256.256.256/",
        "https://127.0.0.1.2/",
        "https://push.example.org@127.0.0.1/",
        "https://user:secret@push.example.org/",
        "https://127.0.0.1#@push.example.org/",
        "https://127.0.0.1\\@push.example.org/",
        "https://push.example.org\\.127.0.0.1/",
        "https://push.example.org%2f@127.0.0.1/",
        "https://127%2e0%2e0%2e1/",
        "https://①②⑦.0.0.1/",
        "https://127。0。0。1/",
        "https://push.example.org\r\nHost: x/",
        "https://push.example.org/a b",
        "https://push.example.org/\n",
        "\thttps://push.example.org/",
        "https://push.example.org:0/",
        "https://push.example.org:99999/",
        "https://push.example.org:/",
        "https://push.example.org:443:80/",
        "https://[::1/",
        "https://[fe80::1%25eth0]/",
        "https://[push.example.org]/",
        "https:///x",
        "https:push.example.org",
        "//push.example.org/",
        "http://push.example.org/",
        "ftp://push.example.org/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_x",
        "javascript:alert(1)",
        "",
        "https://" + "a" * 64 + ".example.org/",
        "https://push..example.org/",
        "https://.push.example.org/",
        "https://push.example.org/" + "x" * 5000,
    ],
)
def test_what_could_be_read_in_two_ways_is_no_address(url: str) -> None:
    """Odd numbers, users' names, characters of no address and other schemes are refused before any name is looked up."""
    world = World()

    told = _tried(world, url, ["push.example.org", "127.0.0.1", "*.example.org"])

    is_elsewhere = url == "https://127.0.0.1#@push.example.org/"  # read alike by everybody: the host is 127.0.0.1
    assert (told.receipt.outcome, told.receipt.note) == (Outcome.GIVE_UP, PRIVATE if is_elsewhere else NO_ADDRESS)
    assert (world.asked, world.reached) == ([], [])


@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        ("https://evil.example.net/", ["push.example.org"]),
        ("https://push.example.org.evil.example.net/", ["push.example.org"]),
        ("https://evilpush.example.org/", ["push.example.org", "*.push.example.org"]),
        ("https://push.example.org/", ["*.push.example.org"]),
        ("https://push.example.org:8443/", ["push.example.org"]),
        ("https://push.example.org/", ["push.example.org:8443"]),
        ("https://push.example.org/", []),
        ("https://push.example.org/", ["*"]),
        ("https://push.example.org/", [""]),
    ],
)
def test_a_host_that_is_not_on_the_list_is_not_even_looked_up(url: str, hosts: Sequence[str]) -> None:
    """Neither a name that only looks like one on the list nor another port will do."""
    world = World()

    told = _tried(world, url, hosts)

    assert (told.receipt.outcome, told.receipt.note) == (Outcome.GIVE_UP, NOT_LISTED)
    assert (world.asked, world.reached) == ([], [])


@pytest.mark.parametrize(
    ("url", "hosts", "answer", "allow", "reached"),
    [
        ("https://push.example.org/x", ["push.example.org"], ["8.8.8.8"], [], ["8.8.8.8 443"]),
        ("https://PUSH.Example.org./x", ["push.example.org"], ["8.8.8.8"], [], ["8.8.8.8 443"]),
        ("https://push.example.org:443/", ["Push.Example.Org"], ["8.8.8.8"], [], ["8.8.8.8 443"]),
        ("https://a.push.example.org/", ["*.push.example.org"], ["8.8.8.8"], [], ["8.8.8.8 443"]),
        ("https://push.example.org:8443/", ["push.example.org:8443"], ["8.8.8.8"], [], ["8.8.8.8 8443"]),
        ("https://push.example.org/", ["push.example.org"], ["2606:4700::1"], [], ["2606:4700::1 443"]),
        ("https://8.8.8.8/", ["8.8.8.8"], ["8.8.8.8"], [], ["8.8.8.8 443"]),
        ("https://[2606:4700::1]:9/", ["[2606:4700::1]:9"], ["2606:4700::1"], [], ["2606:4700::1 9"]),
        ("https://push.example.org/", ["push.example.org"], ["10.0.0.1", "8.8.8.8"], [], ["8.8.8.8 443"]),
        ("https://push.example.org/", ["push.example.org"], ["8.8.8.8", "8.8.8.8"], [], ["8.8.8.8 443"]),
        ("https://gate.lan/", ["gate.lan"], ["192.168.3.9"], ["192.168.3.0/24"], ["192.168.3.9 443"]),
        ("https://gate.lan/", ["gate.lan"], ["fd12::9"], ["fd12::/64"], ["fd12::9 443"]),
        ("https://gate.lan/", ["gate.lan"], ["64:ff9b::808:808"], ["64:ff9b::/96"], ["64:ff9b::808:808 443"]),
    ],
)
def test_what_may_be_called_is_called_at_the_address_that_was_checked(
    url: str, hosts: Sequence[str], answer: Sequence[str], allow: Sequence[str], reached: Sequence[str]
) -> None:
    """The connection goes to the address itself; nobody there is tried later."""
    world = World(answer)

    told = _tried(world, url, hosts, allow)

    assert (told.receipt.outcome, told.receipt.note) == (Outcome.TRY_LATER, "the other side cannot be reached")
    assert world.reached == reached


@pytest.mark.parametrize(
    ("address", "allow"),
    [
        ("192.168.4.9", ["192.168.3.0/24"]),
        ("::ffff:192.168.3.9", ["192.168.3.0/24"]),
        ("64:ff9b::a9fe:a9fe", ["64:ff9b::/96"]),
        ("2002:a00:1::", ["2002::/16"]),
        ("fe80::9", ["fd12::/64"]),
    ],
)
def test_an_allowed_network_opens_no_other(address: str, allow: Sequence[str]) -> None:
    """Neither a neighbouring network, nor an address that carries another within it."""
    world = World([address])

    told = _tried(world, "https://gate.lan/", ["gate.lan"], allow)

    assert (told.receipt.outcome, told.receipt.note) == (Outcome.GIVE_UP, PRIVATE)
    assert world.reached == []


def test_a_name_is_looked_up_once_and_what_it_leads_to_later_does_not_count() -> None:
    """A name that leads to a good address first and into our network a moment later gets nothing there."""
    with FarSide() as server:
        world = World(["127.0.0.1"], ["127.0.0.2"])
        host = f"push.example.org:{server.server_port}"
        door = Outside(hosts=[host], allow_private=networks(["127.0.0.1"]), plain_http=True, resolve=world.resolve)

        answer = door.post(f"http://{host}/x?y=1", b"words", {"A": "b"})
        with pytest.raises(NoAnswer) as told:
            door.post(f"http://{host}/x", b"words", {})

    assert (answer.status, answer.body) == (200, b"{}")
    assert world.asked == ["push.example.org"] * 2
    assert told.value.receipt.note == PRIVATE
    assert [(one.path, one.headers["host"], one.headers["a"], one.body) for one in server.letters] == [
        ("/x?y=1", host, "b", b"words")
    ]


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    """Who follows one can be led anywhere."""
    with FarSide() as elsewhere, FarSide() as server:
        server.statuses = [302]
        server.more_headers = {"Location": elsewhere.url}
        door = _door_to(server)

        answer = door.post(server.url, b"", {})

    assert answer.status == 302
    assert elsewhere.letters == []


def test_the_beginning_of_a_long_answer_is_enough() -> None:
    """An answer without end does not fill the memory."""
    with FarSide() as server:
        server.said = b"x" * (LONGEST_ANSWER * 3)

        answer = _door_to(server).post(server.url, b"", {})

    assert answer.body == b"x" * LONGEST_ANSWER


def test_no_proxy_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the environment says of proxies leads nobody round the check."""
    with FarSide() as proxy, FarSide() as server:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)

        _door_to(server).post(server.url, b"", {})

    assert (len(proxy.letters), len(server.letters)) == (0, 1)


def test_a_name_that_nobody_knows_is_tried_later() -> None:
    """The line may be down."""

    def fails(host: str, port: int) -> list[Address]:
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(NoAnswer) as told:
        Outside(hosts=["push.example.org"], resolve=fails).post("https://push.example.org/", b"", {})

    assert (told.value.receipt.outcome, told.value.receipt.note) == (Outcome.TRY_LATER, "nobody knows this host")


@pytest.mark.parametrize(
    "answer",
    [b"", b"HTTP/1.1 2", b"what?\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n"],
    ids=["hangs up", "half a line", "no HTTP", "too many headers"],
)
def test_whoever_took_the_message_and_gave_no_whole_answer_leaves_it_unknown(answer: bytes) -> None:
    """It may have arrived: nobody can tell."""
    with _answering(answer) as port, pytest.raises(NoAnswer) as told:
        _local_door(port).post(f"http://127.0.0.1:{port}/", b"words", {})

    assert told.value.receipt.outcome is Outcome.UNKNOWN


def test_whoever_answers_drop_by_drop_is_not_waited_for() -> None:
    """All the reading together has one deadline, so that a drop now and then does not hold a channel for ever."""
    with _answering(b"HTTP/1.1 200 OK\r\nA: ", drops=100) as port, pytest.raises(NoAnswer) as told:
        _local_door(port, seconds=0.3).post(f"http://127.0.0.1:{port}/", b"words", {})

    assert told.value.receipt.outcome is Outcome.UNKNOWN


def test_a_certificate_is_checked_against_the_name_although_the_address_is_called(tmp_path: Path) -> None:
    """The name is told (SNI) and checked; another name's certificate, or a stranger's, is not believed."""
    context, ca_file = _certificate(tmp_path, "push.example.org")
    with FarSide(context) as server:
        port = server.server_port
        names = [f"push.example.org:{port}", f"other.example.org:{port}"]
        world = World(*[["127.0.0.1"]] * 3)
        believing = Outside(hosts=names, allow_private=LOOPBACK, ca_file=ca_file, resolve=world.resolve)
        strict = Outside(hosts=names, allow_private=LOOPBACK, resolve=world.resolve)

        answer = believing.post(f"https://{names[0]}/", b"", {})
        refused = []
        for door, name in ((believing, names[1]), (strict, names[0])):
            with pytest.raises(NoAnswer) as told:
                door.post(f"https://{name}/", b"", {})
            refused.append((told.value.receipt.outcome, told.value.receipt.note))

    assert answer.status == 200
    assert refused == [(Outcome.TRY_LATER, "the certificate of the other side is not in order")] * 2
    assert len(server.letters) == 1


def _door_to(server: FarSide) -> Outside:
    return _local_door(server.server_port)


def _local_door(port: int, seconds: float = 5.0) -> Outside:
    return Outside(hosts=[f"127.0.0.1:{port}"], allow_private=LOOPBACK, plain_http=True, seconds=seconds)


@contextmanager
def _answering(answer: bytes, *, drops: int = 0) -> Iterator[int]:
    """Take one connection, read the request, say *answer*, drop by drop the rest of a header, and hang up."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            line, _ = server.accept()
            with line:
                line.recv(65536)
                try:
                    line.sendall(answer)
                    for _ in range(drops):
                        if over.wait(0.05):
                            return
                        line.sendall(b"x")
                    line.sendall(b"\r\n\r\n")
                except OSError:
                    return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            over.set()
            thread.join()


def _certificate(folder: Path, name: str) -> tuple[SSLContext, str]:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder(who, who, key.public_key(), x509.random_serial_number())
    made = (
        builder.not_valid_before(datetime(2020, 1, 1))
        .not_valid_after(datetime(2020, 1, 1) + timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, secret)
    return context, str(certificate)
