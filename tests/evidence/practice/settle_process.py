"""Make the ledger and the holdings again and again, beside others: `settle_process.py DAY TIMES GATE`."""

import datetime as dt
import sys
import time
from pathlib import Path

import django

django.setup()

from gemba.evidence.expectations.settle import settle  # noqa: E402
from gemba.evidence.practice.refresh import recompute  # noqa: E402

day, times, gate = sys.argv[1:4]
print("ready", flush=True)
while not Path(gate).exists():
    time.sleep(0.001)
for _ in range(int(times)):
    recompute()
    settle(dt.date.fromisoformat(day))
