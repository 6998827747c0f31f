import pickle
import random
from typing import Any

import pytest
from support.node import ask_node

from geventnet.addresses.info import AddressInfo, DropInfo, SocketAddress, is_ip, is_ipv4, is_ipv6
from geventnet.errors import NetError


def some_address(rng: random.Random) -> str:
    """An address, or what is nearly one."""

    def group() -> str:
        return f"{rng.getrandbits(rng.choice([4, 16, 16, 17])):x}"

    def quad() -> str:
        numbers = [str(rng.choice([0, 1, 9, 10, 99, 100, 199, 255, 256, 300])) for _ in range(4)]
        return ".".join(numbers[: rng.choice([4, 4, 4, 3])])

    def groups(most: int) -> str:
        return ":".join(group() for _ in range(rng.randint(0, most)))

    form = rng.randrange(6)
    if form == 0:
        text = quad()
    elif form == 1:
        text = ":".join(group() for _ in range(rng.choice([7, 8, 8, 8, 9])))
    elif form == 2:
        text = f"{groups(8)}::{groups(8)}"
    elif form == 3:
        text = f"{groups(6)}::{groups(5)}:{quad()}"
    elif form == 4:
        text = ":".join([*(group() for _ in range(rng.choice([5, 6, 6, 7]))), quad()])
    else:
        text = f"::{quad()}"
    if rng.random() < 0.2:
        text += rng.choice(["%eth0", "%", "%a.b-c:d", "%e_0", "\n", " ", "%eth0\n", "%%"])
    if rng.random() < 0.2 and text:
        at = rng.randrange(len(text))
        text = text[:at] + rng.choice(["", ":", ".", "0", "g", "F", "\u0661"]) + text[at + 1 :]
    return text


def test_what_is_an_address_is_so_in_node() -> None:
    rng = random.Random(3)
    texts = [some_address(rng) for _ in range(20_000)]
    asked = ask_node("texts => texts.map(text => net.isIP(text))", texts)
    assert {0, 4, 6} == set(asked)
    for text, version in zip(texts, asked, strict=True):
        assert is_ip(text) == version, repr(text)
        assert (is_ipv4(text), is_ipv6(text)) == (version == 4, version == 6)


@pytest.mark.parametrize("value", [None, 4, b"1.2.3.4", ["1.2.3.4"]])
def test_only_text_is_an_address(value: object) -> None:
    assert (is_ip(value), is_ipv4(value), is_ipv6(value)) == (0, False, False)


def test_address_info() -> None:
    info = AddressInfo("::1", "IPv6", 80)
    assert (info.address, info.family, info.port) == info == ("::1", "IPv6", 80)


def test_drop_info() -> None:
    info = DropInfo("::1", 1, "IPv6", "::2", 2, "IPv6")
    assert (info.local_address, info.local_port, info.local_family) == ("::1", 1, "IPv6")
    assert (info.remote_address, info.remote_port, info.remote_family) == ("::2", 2, "IPv6")


CASES: list[dict[str, Any]] = [
    {},
    {"family": "ipv6"},
    {"family": "IPv6", "port": 80, "flowlabel": 5},
    {"flowlabel": 7},
    {"address": "1.2.3.4"},
    {"address": "01.2.3.4"},
    {"address": "1.2.3"},
    {"address": ""},
    {"address": "::1"},
    {"address": "::1", "family": "ipv6"},
    {"address": "1.2.3.4", "family": "ipv6"},
    {"address": "FE80::0:1", "family": "ipv6"},
    {"address": "::FFFF:1.2.3.4", "family": "ipv6"},
    {"address": "::1.2.3.4", "family": "ipv6"},
    {"address": "0:0:1:0:0:0:1:0", "family": "ipv6"},
    {"address": "1:0:2:3:4:5:6:7", "family": "ipv6"},
    {"address": "fe80::1%lo", "family": "ipv6"},
    {"address": 7},
    {"family": "ipv7"},
    {"family": 4},
    {"port": -1},
    {"port": 65536},
    {"port": 1.5},
    {"flowlabel": -1},
    {"flowlabel": "x"},
    {"flowlabel": 0xFFFFF, "family": "ipv6"},
]


def test_socket_addresses_are_nodes() -> None:
    node = """cases => cases.map(options => {
        try { return new net.SocketAddress(options).toJSON(); }
        catch (error) { return error.code; }
    })"""
    for options, expected in zip(CASES, ask_node(node, CASES), strict=True):
        try:
            found: object = SocketAddress(**options).to_json()
        except NetError as error:
            found = error.code
        assert found == expected, options


def test_a_flow_label_has_twenty_bits() -> None:
    with pytest.raises(NetError) as caught:
        SocketAddress("::1", 0, "ipv6", 2**20)
    assert caught.value.code == "ERR_OUT_OF_RANGE"


def test_socket_addresses_are_values() -> None:
    address = SocketAddress("::1", 80, "ipv6")
    assert address == SocketAddress("0::1", 80, "IPv6")
    assert address != SocketAddress("::1", 81, "ipv6")
    assert address != "::1"
    assert len({address, SocketAddress("::1", 80, "ipv6")}) == 1
    assert pickle.loads(pickle.dumps(address)) == address
    assert repr(address) == "SocketAddress(address='::1', port=80, family='ipv6', flowlabel=0)"
    with pytest.raises(AttributeError):
        address.port = 5
    with pytest.raises(AttributeError):
        del address.port
    assert SocketAddress.is_socket_address(address)
    assert not SocketAddress.is_socket_address("::1")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.2.3.4:5", SocketAddress("1.2.3.4", 5)),
        ("1.2.3.4:80", SocketAddress("1.2.3.4", 80)),
        ("1.2.3.4", SocketAddress("1.2.3.4")),
        ("[::1]:5", SocketAddress("::1", 5, "ipv6")),
        ("[::1]", SocketAddress("::1", 0, "ipv6")),
        ("::1", None),
        ("1.2.3.4:65536", None),
        ("1.2.3.4:", None),
        ("1.2.3:5", None),
        ("[1.2.3.4]:5", None),
        ("[::1]5", None),
        ("host:5", None),
        ("", None),
    ],
)
def test_parse(text: str, expected: SocketAddress | None) -> None:
    assert SocketAddress.parse(text) == expected
