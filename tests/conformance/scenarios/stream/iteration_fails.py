import gevent
from prelude import later, log, net, watch


class Source(net.Readable):
    def _read(self, size):
        if not self.readable_did_read:
            later(0.001, lambda: self.push(b"one"))
        else:
            later(0.001, lambda: self.destroy(Exception("boom")))


s = watch("s", Source(high_water_mark=1), "end", "close")


def loop():
    try:
        for chunk in s:
            log("loop", chunk)
        log("loop", "over")
    except Exception as error:
        log("loop", error)


gevent.spawn(loop)
