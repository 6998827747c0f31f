from prelude import Socket, attempt, each_state


@each_state
def _(name: str, socket: Socket) -> None:
    attempt(name, "reset", lambda: socket.reset_and_destroy() is socket)
