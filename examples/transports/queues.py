"""A transport of one's own: two Sockets that are joined by two queues of bytes.

    python examples/transports/queues.py

What each method must do is said in geventnet/transport/protocol.py; docs/transports.md goes through
this file.
"""

from __future__ import annotations

import errno
from collections.abc import Callable

import geventnet as net
from geventnet.errors import system_error, would_block
from geventnet.loop.tasks import FREE, READ, Step
from geventnet.loop.waiting import Waiter
from geventnet.transport.protocol import Context, Done, Idle

CAPACITY = 65536


class Queue:
    """Bytes on their way in one direction, at most `CAPACITY` of them."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.is_ended = self.is_refused = False
        self.on_filled: Callable[[], object] = lambda: None
        self.on_emptied: Callable[[], object] = lambda: None

    def push(self, data: bytes | memoryview) -> int:
        if self.is_refused or self.is_ended:
            raise BrokenPipeError(errno.EPIPE, "nobody reads")
        taken = data[: CAPACITY - len(self.data)]
        self.data += taken
        self.on_filled()
        return len(taken)

    def pop(self, size: int) -> bytes:
        taken = bytes(self.data[:size])
        del self.data[:size]
        self.on_emptied()
        return taken

    def end(self) -> None:
        self.is_ended = True
        self.on_filled()

    def refuse(self) -> None:
        self.is_refused = True
        self.on_emptied()


class Half:
    """What the two halves have in common: a step to take, and a greenlet that may take it."""

    def __init__(self, context: Context, queue: Queue, lane: int) -> None:
        self.idle: Idle | None = None
        self.context = context
        self.scheduler = context.scheduler
        self.queue = queue
        self.waiter: Waiter | None = None
        self.is_closed = False
        self.step = Step(context.owner, lane, self.go_on)

    def go_on(self) -> None:
        raise NotImplementedError

    def is_ready(self) -> bool:
        raise NotImplementedError

    def look(self) -> None:
        """The queue has changed: whoever waits is woken, else a step is taken."""
        if self.waiter is not None:
            self.waiter.wake()
        elif not self.is_closed:
            self.scheduler.run_after_poll(self.step)

    def wait(self) -> None:
        if not self.is_ready() and not self.is_closed:
            self.waiter = Waiter(self.scheduler)
            try:
                self.waiter.wait()
            finally:
                self.waiter = None

    def rouse(self) -> None:
        if self.waiter is not None:
            self.waiter.wake()

    def take_back(self) -> None:
        self.look()

    def touch(self) -> None:
        if self.idle is not None:
            self.idle.touch()

    def close(self) -> None:
        self.is_closed = True
        self.rouse()


class Reader(Half):
    has_user_buffer = False

    def __init__(self, context: Context, queue: Queue) -> None:
        super().__init__(context, queue, READ)
        self.direct: Callable[[bytes], object] | None = None
        self.bytes_read = 0
        self.is_started = False
        queue.on_filled = self.look

    def is_ready(self) -> bool:
        return bool(self.queue.data) or self.queue.is_ended

    def start(self) -> None:
        if not self.is_started:
            self.is_started = True
            self.look()

    def stop(self) -> None:
        self.is_started = False

    def go_on(self) -> None:
        if not self.is_started or self.is_closed or self.waiter is not None or not self.is_ready():
            return
        chunk = self.take(CAPACITY)
        if not chunk:
            self.stop()
            self.context.sink.ended()
            return
        if self.direct is not None:
            self.direct(chunk)
        elif not self.context.sink.received(chunk):
            self.stop()
        self.look()

    def take(self, size: int) -> bytes:
        if not self.is_ready():
            raise would_block()
        chunk = self.queue.pop(size)
        self.bytes_read += len(chunk)
        self.touch()
        return chunk

    def take_into(self, buffer: memoryview) -> int:
        chunk = self.take(len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)


class Writer(Half):
    """Sends at once: nothing is coalesced."""

    def __init__(self, context: Context, queue: Queue) -> None:
        super().__init__(context, queue, FREE)
        self.bytes_written = 0
        self.rest = memoryview(b"")
        self.done: Done | None = None
        queue.on_emptied = self.look

    def is_ready(self) -> bool:
        return len(self.queue.data) < CAPACITY or self.queue.is_refused

    def put(self, data: bytes) -> bool:
        self.scheduler.check_thread()
        return self.send_now(data, [])

    def put_with(self, data: bytes, callback: Done) -> bool:
        self.scheduler.check_thread()
        self.context.completion.coalesced()
        return self.send_now(data, [callback])

    def send_now(self, data: bytes, callbacks: list[Done]) -> bool:
        self.moved(len(data))
        completion = self.context.completion
        try:
            sent = self.queue.push(data)
        except BrokenPipeError:
            return completion.left_over(len(data), callbacks, system_error(errno.EPIPE, "write"))
        if sent == len(data):
            completion.all_sent(callbacks)
            return True
        self.rest, self.done = memoryview(data)[sent:], completion.on_write
        return completion.left_over(len(data), callbacks)

    def write(self, data: bytes, done: Done) -> None:
        self.moved(len(data))
        self.rest, self.done = memoryview(data), done
        self.go_on()

    def go_on(self) -> None:
        if self.done is None:
            return
        error: OSError | None = None
        try:
            self.rest = self.rest[self.queue.push(self.rest) :]
        except BrokenPipeError:
            error = system_error(errno.EPIPE, "write")
        if error is not None or not self.rest:
            done = self.cancel()
            assert done is not None
            done(error)

    def cancel(self) -> Done | None:
        done, self.done = self.done, None
        return done

    def flush(self) -> bool:
        return True

    def send(self, data: bytes) -> int:
        sent = self.queue.push(data)
        if not sent:
            raise would_block()
        self.moved(sent)
        return sent

    def moved(self, size: int) -> None:
        self.bytes_written += size
        self.touch()


class QueueTransport:
    handle = None

    def __init__(self, context: Context, incoming: Queue, outgoing: Queue) -> None:
        self.reader = Reader(context, incoming)
        self.writer = Writer(context, outgoing)

    @property
    def bytes_written(self) -> int:
        return self.writer.bytes_written

    def cancel_write(self) -> Done | None:
        return self.writer.cancel()

    def flush(self) -> None: ...

    def watch_idle(self, idle: Idle | None) -> None:
        self.reader.idle = self.writer.idle = idle

    def shut_writing(self) -> None:
        self.writer.queue.end()

    def shut_reading(self) -> None:
        self.reader.queue.end()

    def release(self) -> None:
        self.reader.close()
        self.writer.close()

    def close(self) -> None:
        self.release()
        self.writer.queue.end()
        self.reader.queue.refuse()

    def forget(self) -> None:
        self.release()

    # There is no network: no ends, no options, nothing that keeps the program running, no reset.

    def local(self) -> None: ...
    def peer(self) -> None: ...
    def abort(self) -> None: ...
    def set_no_delay(self, enable: bool) -> None: ...
    def set_keep_alive(self, enable: bool, delay: int, interval: int, probes: int) -> None: ...
    def set_type_of_service(self, value: int) -> None: ...
    def type_of_service(self) -> None: ...
    def set_ref(self, ref: bool) -> None: ...


def pair() -> tuple[net.Socket, net.Socket]:
    there, back = Queue(), Queue()
    return (
        net.Socket.over(lambda context: QueueTransport(context, back, there)),
        net.Socket.over(lambda context: QueueTransport(context, there, back)),
    )


def main() -> None:
    near, far = pair()
    far.on("data", lambda data: far.write(data.upper()))
    far.on("end", lambda: print("the echo has ended"))
    with near:
        near.sendall(b"hello\n")
        print(near.recv_until(b"\n"))


if __name__ == "__main__":
    main()
