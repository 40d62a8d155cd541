"""How far a command is: one line of a terminal, rewritten as work goes on."""

import sys
import time

EVERY = 0.1
"""Seconds between two drawings."""
WIDTH = 30


class Bar:
    """Call it with what is being done, how much is done and how much there is (0: nobody knows). End with `over`.

    Where the output is a file or a pipe it says nothing, or, with `told`, a line for each tenth.
    """

    def __init__(self, *, told: bool = False) -> None:
        self._moving, self._told = sys.stderr.isatty(), told
        self._last, self._drawn = 0.0, False
        self._said: tuple[str, int] | None = None

    def __call__(self, what: str, done: int, of: int) -> None:
        if self._moving:
            self._draw(what, done, of)
        elif self._told and of and self._said != (what, 10 * done // of):
            self._said = (what, 10 * done // of)
            print(f"{what}: {done} of {of}", file=sys.stderr, flush=True)

    def _draw(self, what: str, done: int, of: int) -> None:
        now = time.monotonic()
        if now - self._last < EVERY and done != of:
            return
        self._last, self._drawn = now, True
        full = WIDTH * done // of if of else 0
        amount = f"{'█' * full}{'░' * (WIDTH - full)} {done:,} of {of:,}" if of else f"{done:,}"
        print(f"\r\x1b[K{what:<10} {amount}", end="", file=sys.stderr, flush=True)

    def over(self) -> None:
        """Take the line away, so that what is said next stands alone."""
        if self._drawn:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
            self._drawn = False
