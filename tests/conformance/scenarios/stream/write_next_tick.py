"""Random programs for a sink that completes some writes at once and others in a greenlet."""

import gevent
from prelude import done, log, net, observe


def settle():
    for _ in range(4):
        gevent.sleep(0.001)


class Sink(net.Writable):
    def __init__(self, name, pick, mark):
        self.name = name
        self.pick = pick
        super().__init__(high_water_mark=mark)

    def _write(self, chunk, encoding, callback):
        log(self.name, "_write", chunk)
        error = Exception("bad") if chunk.startswith(b"bad") else None
        if self.pick(2):
            gevent.spawn(callback, error)
        else:
            callback(error)

    def _final(self, callback):
        log(self.name, "_final")
        callback(None)


def play(seed):
    name = f"s{seed}"
    state = seed * 7919 + 17

    def pick(n):
        nonlocal state
        state = (state * 75 + 74) % 65537
        return state % n

    s = observe(name, Sink(name, pick, 1 + 10 * pick(6)))
    for step in range(3 + pick(12)):
        if pick(6) == 0:
            settle()
        chunk = ("good" if pick(60) else "bad") + str(step)
        if pick(3):
            s.write(chunk, done(name, chunk))
        else:
            s.write(chunk)
    s.end(done(name, "end"))
    settle()
    log(name, s.writable_length, s.writable_finished)


for seed in range(60):
    play(seed)
