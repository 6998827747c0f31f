import ipaddress
import json
import random
from typing import Any

import pytest
from support.node import ask_node

from geventnet.addresses.blocklist import BlockList
from geventnet.addresses.info import SocketAddress
from geventnet.errors import NetError

Rule = tuple[str, list[Any], str]


def number_to_text(number: int, family: str) -> str:
    return str(ipaddress.IPv4Address(number) if family == "ipv4" else ipaddress.IPv6Address(number))


def some_number(rng: random.Random, family: str) -> int:
    """One of few addresses, close to each other and to the ends, so that rules meet."""
    bits = 32 if family == "ipv4" else 128
    near = rng.choice([0, 2**bits - 1, 0x0A000000, rng.getrandbits(3) << 8])
    if family == "ipv6":
        near = rng.choice([near, (0xFFFF << 32) + near % 2**32, 0x20010DB8 << 96, 5 << 64])
    number: int = min(max(near + rng.randint(-12, 12), 0), 2**bits - 1)
    return number


def some_rule(rng: random.Random) -> Rule:
    family = rng.choice(["ipv4", "ipv6"])
    first = some_number(rng, family)
    kind = rng.choice(["address", "range", "subnet"])
    if kind == "address":
        return kind, [number_to_text(first, family)], family
    if kind == "range":
        last = some_number(rng, family)
        ends = [number_to_text(min(first, last), family), number_to_text(max(first, last), family)]
        return kind, ends, family
    bits = 32 if family == "ipv4" else 128
    prefix = rng.choice([rng.randint(bits - 8, bits), rng.randint(0, bits)])
    return kind, [number_to_text(first, family), prefix], family


def add(block_list: BlockList, rule: Rule) -> None:
    kind, args, family = rule
    getattr(block_list, f"add_{kind}")(*args, family=family)


def remove(block_list: BlockList, rule: Rule) -> bool:
    kind, args, family = rule
    removed: bool = getattr(block_list, f"remove_{kind}")(*args, family=family)
    return removed


NODE = """cases => cases.map(({ rules, checks }) => {
    const list = new net.BlockList();
    const add = { address: 'addAddress', range: 'addRange', subnet: 'addSubnet' };
    for (const [kind, args, family] of rules) list[add[kind]](...args, family);
    return [list.rules, checks.map(([address, family]) => list.check(address, family))];
})"""


@pytest.fixture(scope="module")
def cases() -> list[tuple[dict[str, Any], Any]]:
    rng = random.Random(4)
    questions = []
    for _ in range(1500):
        rules = [some_rule(rng) for _ in range(rng.choice([1, 1, 2, 5, 20]))]
        families = [rng.choice(["ipv4", "ipv6"]) for _ in range(30)]
        checks = [[number_to_text(some_number(rng, family), family), family] for family in families]
        questions.append({"rules": rules, "checks": checks})
    return list(zip(questions, ask_node(NODE, questions), strict=True))


def test_rules_and_checks_are_nodes(cases: list[tuple[dict[str, Any], Any]]) -> None:
    answers = set()
    for question, (rules, checks) in cases:
        block_list = BlockList()
        for rule in question["rules"]:
            add(block_list, rule)
        assert block_list.rules == rules
        assert block_list.size == len(rules)
        for (address, family), expected in zip(question["checks"], checks, strict=True):
            assert block_list.check(address, family) is expected, (rules, address)
            # The family can be seen from the text.
            assert block_list.check(address) is expected, (rules, address)
            answers.add(expected)
    assert answers == {True, False}


def test_checks_between_additions_and_removals_are_those_of_a_new_list() -> None:
    rng = random.Random(5)
    block_list = BlockList()
    present: list[Rule] = []
    probes = [number_to_text(some_number(rng, f), f) for f in ("ipv4", "ipv6") for _ in range(40)]
    for _ in range(300):
        if present and rng.random() < 0.45:
            rule = present.pop(rng.randrange(len(present)))
            assert remove(block_list, rule)
        else:
            rule = some_rule(rng)
            present.append(rule)
            add(block_list, rule)
        fresh = BlockList()
        for rule in present:
            add(fresh, rule)
        assert [block_list.check(p) for p in probes] == [fresh.check(p) for p in probes]
        assert sorted(block_list.rules) == sorted(fresh.rules)


def test_a_great_many_rules() -> None:
    rng = random.Random(6)
    numbers = rng.sample(range(2**32), 5000)
    block_list = BlockList()
    for number in numbers[:2500]:
        block_list.add_address(number_to_text(number, "ipv4"))
    assert block_list.check(number_to_text(numbers[0], "ipv4"))
    for number in numbers[2500:]:
        block_list.add_address(number_to_text(number, "ipv4"))
    assert all(block_list.check(number_to_text(number, "ipv4")) for number in numbers)
    others = set(rng.sample(range(2**32), 5000)) - set(numbers)
    assert not any(block_list.check(number_to_text(number, "ipv4")) for number in others)


def test_a_great_many_networks_in_a_list_that_is_in_use() -> None:
    rng = random.Random(8)
    blocked, used = BlockList(), BlockList()
    networks = [ipaddress.ip_network((rng.getrandbits(32) >> 8 << 8, 24)) for _ in range(600)]
    networks += [ipaddress.ip_network(((5 << 64) + (number << 32), 96)) for number in range(300)]
    probes = [str(network[rng.randrange(256)]) for network in networks]
    for network in networks:
        blocked.add_subnet(network)
    assert all(map(blocked.check, probes))
    for index, network in enumerate(networks):
        used.check(probes[0])
        used.add_subnet(network)
        assert used.check(probes[index])
    others = [number_to_text(rng.getrandbits(32), "ipv4") for _ in range(2000)]
    assert list(map(used.check, others)) == list(map(blocked.check, others))
    for network in networks:
        assert used.remove_subnet(network)
    assert not any(map(used.check, probes))


ERRORS: list[tuple[str, list[Any]]] = [
    ("addAddress", ["x"]),
    ("addAddress", [1]),
    ("addAddress", ["1.2.3.4", "ipv5"]),
    ("addAddress", ["1.2.3.4", 5]),
    ("addAddress", ["1.2.3.4", "ipv6"]),
    ("addRange", ["1.2.3.4", "1.2.3.3"]),
    ("addRange", ["1.2.3.4", 5]),
    ("addRange", [5, "1.2.3.4"]),
    ("addSubnet", ["1.2.3.4", 33]),
    ("addSubnet", ["1.2.3.4", -1]),
    ("addSubnet", ["1.2.3.4", 1.5]),
    ("addSubnet", ["1.2.3.4", "8"]),
    ("addSubnet", ["1.2.3.4"]),
    ("addSubnet", ["::1", 129, "ipv6"]),
    ("addSubnet", ["x", 1]),
    ("addSubnet", [1, 1]),
    ("check", [1]),
    ("check", ["1.2.3.4", 5]),
]


def test_misuse_has_nodes_codes_and_changes_nothing() -> None:
    node = """calls => calls.map(([name, args]) => {
        try { new net.BlockList()[name](...args); } catch (error) { return error.code; }
    })"""
    for (name, args), expected in zip(ERRORS, ask_node(node, ERRORS), strict=True):
        block_list = BlockList()
        spelled = name.replace("add", "add_").lower()
        with pytest.raises(NetError) as caught:
            getattr(block_list, spelled)(*args)
        assert caught.value.code == expected, (name, args)
        assert block_list.rules == []


def test_what_is_no_address_is_not_blocked() -> None:
    block_list = BlockList()
    block_list.add_subnet("0.0.0.0/0")
    block_list.add_subnet("::/0")
    for text in ("", "x", "1.2.3", "1.2.3.4\0", "::g", "1::2::3", "%eth0", "1.2.3.4%eth0"):
        assert block_list.check(text) is False, text
    assert block_list.check("1.2.3.4", "ipv6") is False
    assert block_list.check("1.2.3.4", "ipv5") is False


def test_a_zone_does_not_matter() -> None:
    block_list = BlockList()
    block_list.add_address("fe80::1%eth0")
    assert block_list.rules == ["Address: IPv6 fe80::1"]
    assert block_list.check("fe80::1") and block_list.check("fe80::1%lo")


def test_networks_in_cidr_notation() -> None:
    block_list = BlockList()
    block_list.add_subnet("10.1.2.3/8")
    block_list.add_subnet("2001:db8::/32")
    assert block_list.rules == ["Subnet: IPv6 2001:db8::/32", "Subnet: IPv4 10.1.2.3/8"]
    assert block_list.check("10.255.0.1") and block_list.check("2001:db8:1::")
    assert not block_list.check("11.0.0.0")
    assert block_list.remove_subnet("10.1.2.3", 8)
    for text in ("10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/x", "10.0.0.0/\u0661"):
        with pytest.raises(NetError) as caught:
            block_list.add_subnet(text)
        assert caught.value.code == "ERR_INVALID_ARG_VALUE"
    with pytest.raises(NetError) as caught:
        block_list.add_subnet("10.0.0.0/8", 8)
    assert caught.value.code == "ERR_INVALID_ADDRESS"


def test_objects_instead_of_text() -> None:
    block_list = BlockList()
    block_list.add_address(ipaddress.ip_address("1.2.3.4"))
    block_list.add_range(SocketAddress("2.0.0.0"), ipaddress.IPv4Address("2.0.0.9"))
    block_list.add_subnet(ipaddress.ip_network("2001:db8::/32"))
    block_list.add_subnet(SocketAddress("::5", 0, "ipv6"), 127)
    assert block_list.rules == [
        "Subnet: IPv6 ::5/127",
        "Subnet: IPv6 2001:db8::/32",
        "Range: IPv4 2.0.0.0-2.0.0.9",
        "Address: IPv4 1.2.3.4",
    ]
    assert block_list.check(ipaddress.ip_address("::ffff:2.0.0.5"))
    assert block_list.check(SocketAddress("::4", 80, "ipv6"))
    assert not block_list.check(ipaddress.ip_address("1.2.3.5"))


def test_a_range_has_ends_of_one_family() -> None:
    with pytest.raises(NetError) as caught:
        BlockList().add_range("1.2.3.4", "::1")
    assert caught.value.code == "ERR_INVALID_ARG_VALUE"


def test_each_addition_is_removed_by_itself() -> None:
    block_list = BlockList()
    block_list.add_address("1.2.3.4")
    block_list.add_address("1.2.3.4")
    assert block_list.remove_address("1.2.3.4")
    assert block_list.check("1.2.3.4")
    assert block_list.remove_address("1.2.3.4")
    assert not block_list.check("1.2.3.4")
    assert not block_list.remove_address("1.2.3.4")
    assert not block_list.remove_range("1.2.3.4", "1.2.3.4")


def test_clear() -> None:
    block_list = BlockList()
    block_list.add_address("1.2.3.4")
    block_list.check("1.2.3.4")
    block_list.add_address("::1")
    block_list.clear()
    assert (block_list.size, len(block_list), block_list.rules) == (0, 0, [])
    assert not block_list.check("1.2.3.4") and not block_list.check("::1")
    assert block_list, "an empty list is given nonetheless"


def test_json_there_and_back() -> None:
    rng = random.Random(7)
    block_list = BlockList()
    for _ in range(50):
        add(block_list, some_rule(rng))
    for form in (block_list.to_json(), json.dumps(block_list.to_json())):
        twin = BlockList()
        twin.from_json(form)
        assert twin.rules == block_list.rules


@pytest.mark.parametrize(
    "value",
    ["{", '"Address"', 5, ["Address: IPv4 1.2.3.4", "x"], [5], ["Range: IPv4 2.2.2.2-1.1.1.1"]],
)
def test_json_that_is_none(value: Any) -> None:
    block_list = BlockList()
    with pytest.raises(NetError):
        block_list.from_json(value)
    assert block_list.size == 0


def test_is_block_list() -> None:
    assert BlockList.is_block_list(BlockList())
    assert not BlockList.is_block_list([])


def test_what_is_blocked_is_what_the_rules_say_after_any_changes() -> None:
    rng = random.Random(7)
    block_list = BlockList()
    present: list[tuple[str, int, int]] = []

    def text(version: str, number: int) -> str:
        return f"192.0.2.{number}" if version == "v4" else f"{version}{number:x}"

    def is_blocked(version: str, number: int) -> bool:
        return any(kind == version and low <= number <= high for kind, low, high in present)

    versions = ["v4", "2001:db8::"]
    for _ in range(600):
        if present and rng.random() < 0.45:
            for _ in range(rng.choice([1, 1, 1, 12])):
                if present:
                    version, low, high = present.pop(rng.randrange(len(present)))
                    assert block_list.remove_range(text(version, low), text(version, high))
        else:
            version = rng.choice(versions)
            low, high = sorted(rng.sample(range(16, 256), 2))
            present.append((version, low, min(high, low + 20)))
            block_list.add_range(text(version, low), text(version, min(high, low + 20)))
        for _ in range(rng.choice([0, 10])):
            version, number = rng.choice(versions), rng.randrange(16, 256)
            address = text(version, number)
            assert block_list.check(address) == is_blocked(version, number)
            if version == "v4":
                assert block_list.check(f"::ffff:{address}") == is_blocked(version, number)
    assert block_list.size == len(present)


def test_an_ipv6_rule_that_is_removed_unblocks_what_it_blocked_in_ipv4() -> None:
    block_list = BlockList()
    block_list.add_subnet("::ffff:192.0.2.0", 120)
    block_list.add_address("192.0.2.7")
    assert block_list.check("192.0.2.8")
    block_list.remove_subnet("::ffff:192.0.2.0", 120)
    assert not block_list.check("192.0.2.8")
    assert block_list.check("192.0.2.7")
    block_list.add_subnet("0.0.0.0/0")
    block_list.add_address("255.255.255.255")
    block_list.check("192.0.2.7")
    block_list.remove_subnet("0.0.0.0/0")
    assert not block_list.check("255.255.255.254")
    assert block_list.check("255.255.255.255")


def test_a_block_list_is_a_container() -> None:
    blocked = BlockList()
    blocked.add_address("10.0.0.1")
    blocked.add_subnet("fd00::/8")
    assert "10.0.0.1" in blocked
    assert ipaddress.ip_address("fd00::1") in blocked
    assert SocketAddress("fd00::2", family="ipv6") in blocked
    assert "10.0.0.2" not in blocked and "no address" not in blocked
    with pytest.raises(TypeError):
        assert 1 in blocked  # type: ignore[operator]
    assert len(blocked) == 2
    assert list(blocked) == blocked.rules
