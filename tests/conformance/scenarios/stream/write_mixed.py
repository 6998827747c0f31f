"""Random programs for a sink that completes some writes at once and others later."""

import gevent
from prelude import done, log, net, observe


def settle():
    for _ in range(4):
        gevent.sleep(0.001)


class Sink(net.Writable):
    def __init__(self, name, held, mark):
        self.name = name
        self.held = held
        super().__init__(high_water_mark=mark)

    def _write(self, chunk, encoding, callback):
        log(self.name, "_write", chunk)
        if chunk.startswith(b"h"):
            self.held.append(callback)
        else:
            callback(None)

    def _final(self, callback):
        log(self.name, "_final")
        callback(None)


def play(seed):
    name = f"s{seed}"
    held = []
    state = seed * 7919 + 17
    count = 0

    def pick(n):
        nonlocal state
        state = (state * 75 + 74) % 65537
        return state % n

    s = observe(name, Sink(name, held, 1 + 10 * pick(6)))

    def write():
        nonlocal count
        count += 1
        chunk = ("h" if pick(2) else "n") + str(count)
        if pick(3):
            s.write(chunk, done(name, chunk))
        else:
            s.write(chunk)

    for _ in range(14):
        what = pick(10)
        if what < 6:
            write()
        elif what == 6:
            settle()
        elif what == 7:
            s.cork()
        elif what == 8:
            s.uncork()
        elif held:
            held.pop(0)(None)
    s.end(done(name, "end"))
    while held:
        if pick(2):
            settle()
        held.pop(0)(None)
    settle()
    log(name, s.writable_length, s.writable_finished)


for seed in range(60):
    play(seed)
