"""Leaves threads that sleep for an hour and cannot be joined.

Observed: threads die with their process.
Says: defines no `corr2d`
"""

import threading
import time

for _ in range(10):
    threading.Thread(target=time.sleep, args=(3600,), daemon=False).start()
