from prelude import later, log, net, state, watch

transformed = 0


class Counts(net.Transform):
    def _transform(self, chunk, encoding, callback):
        global transformed
        transformed += 1
        callback(None, chunk)


s = watch("s", Counts(high_water_mark=4), "drain", "end", "finish", "close")
answers = [s.write("abc") for _ in range(6)]


def first() -> None:
    log("s", answers, transformed)
    state("s", s, "readable_length", "writable_length", "writable_need_drain")
    log("s", s.read(6))
    later(0.02, second)


def second() -> None:
    log("s", transformed)
    state("s", s, "readable_length", "writable_length", "writable_need_drain")
    s.end()
    s.on("data", lambda chunk: log("s", chunk))


later(0.02, first)
