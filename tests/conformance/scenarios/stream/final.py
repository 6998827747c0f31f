import gevent
from prelude import done, later, log, net, state, watch


def settle():
    """Enough turns of the loop for all that follows from the last call."""
    for _ in range(12):
        gevent.sleep(0.001)


class Sink(net.Writable):
    def __init__(self, name, final):
        super().__init__()
        self.final = final
        watch(name, self, "prefinish", "finish", "error", "close")

    def _write(self, chunk, encoding, callback):
        later(0.001, lambda: callback(None))

    def _final(self, callback):
        self.final(callback)


def quick_final(callback):
    log("quick", "_final", quick.writable_length, quick.writable_ended)
    callback(None)


quick = Sink("quick", quick_final)
quick.write("x", done("quick", "x"))
quick.end(done("quick", "end"))


def slow_final(callback):
    def finish():
        log("slow", "done", slow.writable_finished)
        callback(None)

    log("slow", "_final")
    later(0.001, finish)


slow = Sink("slow", slow_final)
slow.end("x", done("slow", "end"))
failing = Sink("failing", lambda callback: callback(Exception("final failed")))
failing.write("x", done("failing", "x"))
failing.end(done("failing", "end"))
late = Sink(
    "late",
    lambda callback: later(0.001, lambda: callback(Exception("final failed"))),
)
late.end(done("late", "end"))
settle()
state("late", late, "errored", "writable_finished", "destroyed")
late.end(done("late", "again"))


def gone_final(callback):
    log("gone", "_final")
    later(0.001, lambda: gone.destroy())


gone = Sink("gone", gone_final)
gone.end(done("gone", "end"))
