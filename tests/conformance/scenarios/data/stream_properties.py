from prelude import Server, Socket, log, pair, state

FIELDS = (
    *("readable", "readable_ended", "readable_flowing", "readable_length"),
    *("readable_high_water_mark", "readable_encoding", "readable_aborted", "readable_did_read"),
    *("writable", "writable_ended", "writable_finished", "writable_length"),
    *("writable_high_water_mark", "writable_need_drain", "writable_corked"),
    *("closed", "errored", "destroyed"),
)


@pair()
def _(client: Socket, peer: Socket, server: Server) -> None:
    def show(event: str) -> None:
        def listener(*args: object) -> None:
            log("client", event)
            state("client", client, *FIELDS)

        client.on(event, listener)

    log("client", "open")
    state("client", client, *FIELDS)
    show("data")
    show("end")
    show("finish")
    show("close")
    peer.end("x")
