import gevent
from prelude import done, log, net, observe, state


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
gevent.sleep(0.02)
say("open", opened)
log("open", opened.write("still", done("open", "write")))
opened.end()
gevent.sleep(0.02)
say("open", opened)
shut = observe("shut", Both(allow_half_open=False))
shut.resume()
gevent.sleep(0.02)
shut.push(None)
say("shut", shut)
gevent.sleep(0.02)
say("shut", shut)
ends = observe("ends", Both(allow_half_open=False))
ends.end()
gevent.sleep(0.02)
say("ends", ends)
ends.push(b"x")
ends.push(None)
ends.resume()
gevent.sleep(0.02)
say("ends", ends)
