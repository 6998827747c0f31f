import gevent
from prelude import net, observe, state


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
gevent.sleep(0.02)
say("failed", failed)
finished = Sink()
finished.end()
gevent.sleep(0.02)
say("finished", finished)
