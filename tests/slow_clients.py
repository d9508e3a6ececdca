"""Clients that hold a connection for as long as they can: a byte at a time, in or out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from socket import socket

# One byte of each of them in this time.
_ROUND_S = 0.5
# As long as the site has to find out that they are slow.
_FIRST_ROUNDS = 2


@contextmanager
def sending_slowly(
    connect: Callable[[], socket], *, count: int, opening: str = "", drop: str
) -> Iterator[None]:
    """So many connections: each sends `opening` at once, and then `drop` byte by byte, for ever."""
    endless = drop.encode("ascii")
    with ExitStack() as held:
        lines = [held.enter_context(connect()) for _number in range(count)]
        for line in lines:
            line.sendall(opening.encode("ascii"))

        def send_one_each(turn: int) -> None:
            byte = endless[turn % len(endless) :][:1]
            for line in lines:
                # One that the other side has given up is an answer too.
                with suppress(OSError):
                    line.sendall(byte)

        with _in_rounds(send_one_each):
            yield


@contextmanager
def reading_slowly(connect: Callable[[], socket], *, count: int, request: str) -> Iterator[None]:
    """So many connections: each asks, and then takes a byte of the answer at a time."""
    with ExitStack() as held:
        lines = [held.enter_context(connect()) for _number in range(count)]
        for line in lines:
            line.sendall(request.encode("ascii"))
            line.settimeout(0.001)

        def read_one_each(_turn: int) -> None:
            for line in lines:
                with suppress(OSError):
                    line.recv(1)

        with _in_rounds(read_one_each):
            yield


@contextmanager
def _in_rounds(act: Callable[[int], None]) -> Iterator[None]:
    """Round after round until the block ends, which begins after the second."""
    is_slow, is_over = threading.Event(), threading.Event()

    def go_on() -> None:
        turn = 0
        while not is_over.wait(_ROUND_S):
            act(turn)
            turn += 1
            if turn == _FIRST_ROUNDS:
                is_slow.set()

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        assert is_slow.wait(60)
        yield
    finally:
        is_over.set()
        thread.join()
