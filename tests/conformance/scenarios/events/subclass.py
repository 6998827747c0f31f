from prelude import log, net


class Door(net.EventEmitter):
    def open(self, who):
        log("call", self.emit("open", who, self))


door = Door()
door.on("open", lambda who, self: log("door", who, self is door))
door.open("me")
door.remove_all_listeners()
door.open("you")
