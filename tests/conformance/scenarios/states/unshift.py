from prelude import Socket, attempt, each_state


@each_state
def _(name: str, socket: Socket) -> None:
    attempt(name, "unshift", lambda: socket.unshift(b"back"))
    attempt(name, "read", lambda: socket.read())
