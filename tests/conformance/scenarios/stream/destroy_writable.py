import gevent
from prelude import done, log, net, observe, state


def settle():
    """Enough turns of the loop for all that follows from the last call."""
    for _ in range(12):
        gevent.sleep(0.001)


release = None


class Sink(net.Writable):
    def _write(self, chunk, encoding, callback):
        global release
        log("sink", "_write", chunk)
        release = callback


fresh = observe("fresh", Sink())
fresh.destroy()
state("fresh", fresh, "destroyed", "closed", "writable", "errored")
log("fresh", fresh.write("x", done("fresh", "write")))
fresh.end(done("fresh", "end"))
settle()
log("fresh", fresh.write("x", done("fresh", "write again")), fresh.errored)
fresh.end("y", done("fresh", "end again"))
writing = observe("writing", Sink())
writing.write("a", done("writing", "a"))
writing.write("b", done("writing", "b"))
writing.end("c", done("writing", "end"))
settle()
writing.destroy()
log("writing", writing.writable_length)
settle()
log("writing", "closed", writing.closed)
release(None)
settle()
log("writing", writing.writable_length, writing.writable_finished)
failed = observe("failed", Sink())
failed.write("a", done("failed", "a"))
failed.write("b", done("failed", "b"))
failed.destroy(Exception("boom"))
settle()
log("failed", failed.errored, failed.write("c", done("failed", "c")))
release(Exception("too late"))
