import warnings

import gevent
from prelude import log, net


def settle():
    """Enough turns of the loop for all that follows from the last call."""
    for _ in range(12):
        gevent.sleep(0.001)


seen = []
warnings.simplefilter("always")
warnings.showwarning = lambda *details: seen.append(details)


def add(e, name, n):
    for _ in range(n):
        e.on(name, lambda: None)


ten = net.EventEmitter()
add(ten, "x", 10)
add(ten, "y", 10)
settle()
log("ten of each", len(seen))
add(ten, "x", 1)
settle()
log("an eleventh", len(seen))
add(ten, "x", 10)
settle()
log("once for each name", len(seen))
add(ten, "y", 1)
settle()
log("and for the other", len(seen))
two = net.EventEmitter().set_max_listeners(2)
add(two, "x", 3)
settle()
log("own limit", len(seen))
unlimited = net.EventEmitter().set_max_listeners(0)
add(unlimited, "x", 50)
settle()
log("no limit", len(seen))
