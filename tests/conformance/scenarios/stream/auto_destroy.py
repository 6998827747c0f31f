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
        callback(Exception("bad chunk") if chunk == b"bad" else None)


kept = observe("kept", Both(auto_destroy=False))
kept.resume()
kept.push(None)
kept.end()
settle()
state("kept", kept, "readable_ended", "writable_finished", "destroyed", "closed")
kept.destroy()
gone = observe("gone", Both())
gone.resume()
gone.push(None)
gone.end()
settle()
state("gone", gone, "readable_ended", "writable_finished", "destroyed", "closed")
failed = observe("failed", Both(auto_destroy=False))
failed.write(b"bad", lambda error=None: log("failed", "callback", error))
settle()
state("failed", failed, "destroyed", "closed", "errored", "readable", "writable")
log("failed", failed.write(b"x", lambda error=None: log("failed", "callback", error)))
settle()
failed.destroy()
silent = observe("silent", Both(emit_close=False))
silent.destroy(Exception("boom"))
settle()
log("silent", silent.destroyed, silent.closed)
