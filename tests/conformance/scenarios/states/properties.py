from prelude import Socket, each_state, state


@each_state
def _(name: str, socket: Socket) -> None:
    state(name, socket, "connecting", "pending", "destroyed", "closed", "ready_state", "errored")
    state(name, socket, "readable", "readable_ended", "readable_flowing", "readable_aborted")
    state(name, socket, "writable", "writable_ended", "writable_finished", "writable_need_drain")
