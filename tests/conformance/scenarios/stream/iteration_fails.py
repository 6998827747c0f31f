import gevent
from prelude import later, log, net, watch

asked = False


class Source(net.Readable):
    def _read(self, size):
        global asked
        if asked:
            later(0.001, lambda: self.destroy(Exception("boom")))
        else:
            later(0.001, lambda: self.push(b"one"))
        asked = True


s = watch("s", Source(high_water_mark=1), "end", "close")


def loop():
    try:
        for chunk in s:
            log("loop", chunk)
        log("loop", "over")
    except Exception as error:
        log("loop", error)


gevent.spawn(loop)
