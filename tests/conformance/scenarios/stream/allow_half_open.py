import gevent
from prelude import done, log, net, observe, state


def settle():
    """Enough turns of the loop for all that follows from the last call."""
    for _ in range(12):
        gevent.sleep(0.001)


class Both(net.Duplex):
    def _read(self, size):
        pass

    def _write(self, chunk, encoding, callback):
        log("sink", "_write", chunk)
        callback(None)


def say(name, s):
    state(
        *(name, s, "allow_half_open", "readable", "writable", "readable_ended"),
        *("writable_ended", "destroyed"),
    )


opened = observe("open", Both())
opened.resume()
opened.push(None)
settle()
say("open", opened)
log("open", opened.write("still", done("open", "write")))
opened.end()
settle()
say("open", opened)
shut = observe("shut", Both(allow_half_open=False))
shut.resume()
settle()
shut.push(None)
say("shut", shut)
settle()
say("shut", shut)
ends = observe("ends", Both(allow_half_open=False))
ends.end()
settle()
say("ends", ends)
ends.push(b"x")
ends.push(None)
ends.resume()
settle()
say("ends", ends)
