from prelude import Socket, attempt, done, each_state


@each_state
def _(name: str, socket: Socket) -> None:
    attempt(name, "end", lambda: socket.end("x", done(name, "ended")) is socket)
