import gevent
from prelude import net, observe, state


def settle():
    """Enough turns of the loop for all that follows from the last call."""
    for _ in range(12):
        gevent.sleep(0.001)


class Sink(net.Writable):
    def _write(self, chunk, encoding, callback):
        callback(None)


def say(name, s):
    state(name, s, "writable_aborted", "writable_finished", "destroyed")


fresh = Sink()
say("fresh", fresh)
fresh.destroy()
say("fresh", fresh)
failed = observe("failed", Sink())
failed.destroy(Exception("boom"))
settle()
say("failed", failed)
finished = Sink()
finished.end()
settle()
say("finished", finished)
