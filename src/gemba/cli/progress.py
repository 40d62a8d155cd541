"""A line of progress on a terminal, rewritten as work goes on; nothing where the output is a file or a pipe."""

import sys
import time

EVERY = 0.1
WIDTH = 30


class Bar:
    """Call it with what is being done, how much is done and how much there is (0: nobody knows). End with `over`."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._last, self._drawn = 0.0, False

    def __call__(self, what: str, done: int, of: int) -> None:
        now = time.monotonic()
        if not self._shown or (now - self._last < EVERY and done != of):
            return
        self._last, self._drawn = now, True
        full = WIDTH * done // of if of else 0
        amount = f"{'#' * full}{'.' * (WIDTH - full)} {done}/{of}" if of else str(done)
        print(f"\r\x1b[K{what:<10} {amount}", end="", file=sys.stderr, flush=True)

    def over(self) -> None:
        if self._drawn:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
