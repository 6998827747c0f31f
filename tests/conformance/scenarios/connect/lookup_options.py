from typing import Any

from prelude import log, net


def lookup(host: str, options: Any, callback: Any) -> None:
    log("lookup", host, options.family, options.hints, options.all)


def ask(**options: Any) -> None:
    net.connect(port=1, host="somewhere.test", lookup=lookup, **options).destroy()


ask()
ask(family=4)
ask(family="IPv6")
ask(family=0)
ask(hints=8)
ask(family=4, hints=32)
ask(auto_select_family=True)
ask(auto_select_family=True, family=4)
ask(auto_select_family=True, local_address="127.0.0.1")
