from prelude import Socket, attempt, done, each_state


@each_state
def _(name: str, socket: Socket) -> None:
    attempt(name, "write", lambda: socket.write("x", done(name, "written")))
