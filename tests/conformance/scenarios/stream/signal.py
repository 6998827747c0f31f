import gevent
from prelude import log, net, observe, state


def settle():
    """Enough turns of the loop for all that follows from the last call."""
    for _ in range(12):
        gevent.sleep(0.001)


class Both(net.Duplex):
    def _read(self, size):
        pass

    def _write(self, chunk, encoding, callback):
        callback(None)


before = net.AbortController()
opened = observe("open", Both(signal=before.signal))
opened.on(
    "error",
    lambda error: log("open", error.__cause__ is before.signal.reason, opened.destroyed),
)
settle()
before.abort()
log("open", opened.destroyed, opened.errored)
early = net.AbortController()
early.abort()
aborted = observe("aborted", Both(signal=early.signal))
state("aborted", aborted, "destroyed")
settle()
state("aborted", aborted, "destroyed", "closed", "errored")
late = net.AbortController()
closed = observe("closed", Both(signal=late.signal))
closed.destroy()
settle()
late.abort()
log("closed", closed.errored)
reasoned = net.AbortController()
reason = Exception("because")
other = observe("reason", Both(signal=reasoned.signal))
other.on("error", lambda error: log("reason", error.__cause__ is reason))
reasoned.abort(reason)
