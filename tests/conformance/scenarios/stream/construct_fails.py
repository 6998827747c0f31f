import gevent
from prelude import done, later, log, net, observe, state


def settle():
    """Enough turns of the loop for all that follows from the last call."""
    for _ in range(12):
        gevent.sleep(0.001)


class Both(net.Duplex):
    def __init__(self, name, error):
        super().__init__()
        self.name = name
        self.error = error
        observe(name, self)

    def _construct(self, callback):
        def finish():
            log(self.name, "constructed", self.destroyed)
            callback(self.error)

        later(0.001, finish)

    def _read(self, size):
        log(self.name, "_read")

    def _write(self, chunk, encoding, callback):
        log(self.name, "_write", chunk)
        callback(None)

    def _destroy(self, error, callback):
        log(self.name, "_destroy", error)
        callback(error)


failed = Both("failed", Exception("no construction"))
failed.resume()
failed.write("x", done("failed", "x"))
failed.end(done("failed", "end"))
settle()
state("failed", failed, "errored", "destroyed", "closed", "readable", "writable")
gone = Both("gone", None)
gone.write("x", done("gone", "x"))
gone.destroy()
state("gone", gone, "destroyed", "closed")
settle()
state("gone", gone, "errored", "destroyed", "closed")
