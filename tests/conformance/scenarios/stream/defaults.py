from prelude import log, net, state


class In(net.Readable):
    pass


class Out(net.Writable):
    pass


class Both(net.Duplex):
    pass


def readable(name, s):
    state(
        *(name, s, "readable", "readable_ended", "readable_flowing", "readable_length"),
        *("readable_high_water_mark", "readable_encoding", "readable_aborted"),
        *("readable_did_read", "readable_object_mode", "destroyed", "closed", "errored"),
    )


def writable(name, s):
    state(
        *(name, s, "writable", "writable_ended", "writable_finished", "writable_length"),
        *("writable_high_water_mark", "writable_need_drain", "writable_corked"),
        *("writable_object_mode", "destroyed", "closed", "errored"),
    )


readable("in", In())
writable("out", Out())
readable("both", Both())
writable("both", Both())
log("both", Both().allow_half_open, In().is_paused())
