from prelude import done, log, net, watch

EVENTS = ("end", "finish", "error", "close", "pipe", "unpipe")


def run(name, source, last, act=lambda a, b, c: None):
    a = watch(f"{name} a", source, *EVENTS)
    b = watch(f"{name} b", net.PassThrough(), *EVENTS)
    c = watch(f"{name} c", last, *EVENTS)
    given = net.pipeline(a, b, c, done(name, "done"))
    log(name, given is c)
    act(a, b, c)


class Sink(net.Writable):
    def _write(self, chunk, encoding, callback):
        callback(Exception("bad chunk") if chunk == b"bad" else None)


run("well", net.Readable.from_(["x", "y"]), Sink())
run("source fails", net.PassThrough(), Sink(), lambda a, b, c: a.destroy(Exception("a")))
run("middle fails", net.PassThrough(), Sink(), lambda a, b, c: b.destroy(Exception("b")))
run("last fails", net.Readable.from_(["x", "bad", "y"]), Sink())
run("source closes", net.PassThrough(), Sink(), lambda a, b, c: a.destroy())
run("last closes", net.PassThrough(), Sink(), lambda a, b, c: c.destroy())
run("last is read on", net.Readable.from_(["x", "y"]), net.PassThrough())
