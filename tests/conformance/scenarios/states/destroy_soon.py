from prelude import Socket, attempt, each_state


@each_state
def _(name: str, socket: Socket) -> None:
    attempt(name, "destroy_soon", lambda: socket.destroy_soon())
