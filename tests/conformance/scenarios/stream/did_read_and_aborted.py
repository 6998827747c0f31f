import gevent
from prelude import net, observe, state


def settle():
    """Enough turns of the loop for all that follows from the last call."""
    for _ in range(12):
        gevent.sleep(0.001)


class Source(net.Readable):
    def _read(self, size):
        pass


def say(name, s):
    state(
        *(name, s, "readable", "readable_did_read", "readable_aborted", "readable_ended"),
        "destroyed",
    )


read = Source()
read.push(b"x")
say("read", read)
read.read()
say("read", read)
aborted = observe("aborted", Source())
aborted.push(b"x")
aborted.destroy()
say("aborted", aborted)
ended = observe("ended", Source())
ended.push(None)
ended.resume()
settle()
say("ended", ended)
ended.destroy()
say("ended", ended)
failed = observe("failed", Source())
failed.destroy(Exception("boom"))
say("failed", failed)
settle()
say("failed", failed)
