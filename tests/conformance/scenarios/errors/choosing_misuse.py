from typing import Any

from prelude import attempt, net


def connect(**options: Any) -> None:
    net.connect(port=1, host="somewhere.test", **options)


attempt("connect", "auto", lambda: connect(auto_select_family=1))
attempt("connect", "slot", lambda: connect(auto_select_family_attempt_timeout=0))
attempt("connect", "slot type", lambda: connect(auto_select_family_attempt_timeout="x"))
attempt("connect", "hints", lambda: connect(hints=1))
attempt("connect", "hints type", lambda: connect(hints="x"))
attempt("connect", "family", lambda: connect(family=5))
attempt("connect", "signal", lambda: connect(signal=5))
