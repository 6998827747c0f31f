from prelude import log, net, observe


class Sink(net.Writable):
    def _write(self, chunk, encoding, callback):
        callback(None)


s = observe("s", Sink())
log("s", s.pipe(Sink()), s.destroyed)
