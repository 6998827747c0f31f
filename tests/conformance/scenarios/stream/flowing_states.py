import gevent
from prelude import log, net, observe


def settle():
    """Enough turns of the loop for all that follows from the last call."""
    for _ in range(12):
        gevent.sleep(0.001)


class Source(net.Readable):
    def _read(self, size):
        pass


s = Source()


def f(*values):
    pass


observe("s", s)


def say(word):
    log("s", word, s.readable_flowing, s.is_paused())


say("new")
s.pause()
say("pause")
s.pause()
say("pause again")
s.on("data", f)
say("data listener while paused")
settle()
say("not resumed")
s.resume()
say("resume")
s.resume()
settle()
say("resumed")
s.off("data", f)
say("data listener gone")
settle()
s.pause()
say("pause")
s.resume()
say("resume in the same turn")
settle()
say("then")
s.on("readable", f)
say("readable listener")
settle()
s.pause()
say("pause")
s.resume()
say("resume")
settle()
s.off("readable", f)
say("readable listener gone")
settle()
say("at last")
