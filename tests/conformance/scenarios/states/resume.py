from prelude import Socket, attempt, each_state, log


@each_state
def _(name: str, socket: Socket) -> None:
    # In geventnet nothing is emitted after 'close'.
    if name == "closed":
        socket.remove_all_listeners("resume")
    attempt(name, "resume", lambda: socket.resume() is socket)
    log(name, "paused", socket.is_paused())
