from typing import Any

from prelude import log, net

TEXTS = (
    *(
        "127.0.0.1",
        "0.0.0.0",
        "255.255.255.255",
        "256.0.0.1",
        "01.2.3.4",
        "1.2.3",
        "1.2.3.4.5",
        "::",
    ),
    *(
        "::1",
        "fe80::1%lo",
        "::ffff:1.2.3.4",
        "1:2:3:4:5:6:7:8",
        "1::2::3",
        "g::",
        "",
        " ",
        "localhost",
    ),
)
for text in TEXTS:
    log("ip", f"'{text}'", net.is_ip(text), net.is_ipv4(text), net.is_ipv6(text))
number: Any = 127
nothing: Any = None
log("ip", "number", net.is_ip(number), net.is_ipv4(number), net.is_ipv6(number))
log("ip", "nothing", net.is_ip(nothing), net.is_ipv4(nothing), net.is_ipv6(nothing))
