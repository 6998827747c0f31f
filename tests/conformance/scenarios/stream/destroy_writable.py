import gevent
from prelude import done, log, net, observe, state

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
gevent.sleep(0.02)
log("fresh", fresh.write("x", done("fresh", "write again")), fresh.errored)
fresh.end("y", done("fresh", "end again"))
writing = observe("writing", Sink())
writing.write("a", done("writing", "a"))
writing.write("b", done("writing", "b"))
writing.end("c", done("writing", "end"))
gevent.sleep(0.02)
writing.destroy()
log("writing", writing.writable_length)
gevent.sleep(0.02)
log("writing", "closed", writing.closed)
release(None)
gevent.sleep(0.02)
log("writing", writing.writable_length, writing.writable_finished)
failed = observe("failed", Sink())
failed.write("a", done("failed", "a"))
failed.write("b", done("failed", "b"))
failed.destroy(Exception("boom"))
gevent.sleep(0.02)
log("failed", failed.errored, failed.write("c", done("failed", "c")))
release(Exception("too late"))
