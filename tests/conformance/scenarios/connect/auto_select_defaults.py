from types import SimpleNamespace

from prelude import attempt, log, net, state

get_timeout = net.get_default_auto_select_family_attempt_timeout
set_timeout = net.set_default_auto_select_family_attempt_timeout
family = net.get_default_auto_select_family()
state("net", SimpleNamespace(family=family, seconds=get_timeout()), "family", "seconds")
net.set_default_auto_select_family(True)
set_timeout(0.001)
log("net", net.get_default_auto_select_family(), get_timeout())
attempt("net", "family", lambda: net.set_default_auto_select_family(1))  # type: ignore[arg-type]
attempt("net", "zero", lambda: set_timeout(0))
attempt("net", "text", lambda: set_timeout("1"))  # type: ignore[arg-type]
attempt("net", "negative", lambda: set_timeout(-1))
