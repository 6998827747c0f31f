import gevent
from prelude import log, net, observe


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
gevent.sleep(0.02)
say("not resumed")
s.resume()
say("resume")
s.resume()
gevent.sleep(0.02)
say("resumed")
s.off("data", f)
say("data listener gone")
gevent.sleep(0.02)
s.pause()
say("pause")
s.resume()
say("resume in the same turn")
gevent.sleep(0.02)
say("then")
s.on("readable", f)
say("readable listener")
gevent.sleep(0.02)
s.pause()
say("pause")
s.resume()
say("resume")
gevent.sleep(0.02)
s.off("readable", f)
say("readable listener gone")
gevent.sleep(0.02)
say("at last")
