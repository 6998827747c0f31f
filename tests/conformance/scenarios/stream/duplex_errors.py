import gevent
from prelude import done, later, log, net, observe, state


def settle():
    """Enough turns of the loop for all that follows from the last call."""
    for _ in range(12):
        gevent.sleep(0.001)


class Both(net.Duplex):
    def _read(self, size):
        pass

    def _write(self, chunk, encoding, callback):
        later(0.001, lambda: callback(Exception("write failed")))


def say(name, s):
    state(name, s, "readable", "writable", "errored", "destroyed", "closed", "readable_aborted")


write = observe("write", Both())
write.push(b"unread")
write.write("x", done("write", "x"))
write.on("error", lambda error: say("write", write))


@write.on("close")
def on_close():
    say("write", write)
    log("write", write.read())


destroy = observe("destroy", Both())
destroy.resume()
destroy.destroy(Exception("boom"))
say("destroy", destroy)
settle()
say("destroy", destroy)
half = observe("half", Both())
half.end()
settle()
half.destroy(Exception("after finish"))
log("half", half.writable_finished)
full = observe("full", Both())
full.end()
full.resume()
full.push(None)
settle()
full.destroy(Exception("after close"))
log("full", full.errored)
