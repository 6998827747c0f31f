from prelude import attempt, log, net


class In(net.Readable):
    pass


class Out(net.Writable):
    pass


class Both(net.Duplex):
    pass


def marks(name, s):
    log(
        *(name, s.readable_high_water_mark, s.writable_high_water_mark),
        *(s.readable_object_mode, s.writable_object_mode),
    )


log("in", In(high_water_mark=5).readable_high_water_mark)
log("in", In(high_water_mark=0).readable_high_water_mark)
log("in", In(object_mode=True).readable_high_water_mark)
log("in", In(object_mode=True, high_water_mark=3).readable_high_water_mark)
log("out", Out(high_water_mark=5).writable_high_water_mark)
log("out", Out(object_mode=True).writable_high_water_mark)
marks("both", Both(high_water_mark=5))
marks("both", Both(readable_high_water_mark=5))
marks("both", Both(writable_high_water_mark=5))
marks("both", Both(readable_high_water_mark=5, writable_high_water_mark=6))
marks("both", Both(high_water_mark=7, readable_high_water_mark=5))
marks("both", Both(object_mode=True))
marks("both", Both(readable_object_mode=True))
marks("both", Both(writable_object_mode=True))


def wrong_mark(mark):
    attempt("wrong", "in", lambda: In(high_water_mark=mark).readable_high_water_mark)
    attempt("wrong", "out", lambda: Out(high_water_mark=mark).writable_high_water_mark)


for mark in (-1, 1.5, "many", float("nan")):
    wrong_mark(mark)
