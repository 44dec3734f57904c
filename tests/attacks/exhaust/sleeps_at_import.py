"""Sleeps for an hour when it is imported.

Observed: the import is stopped; every check is `not_run` and keeps its maximum.
Says: stopped after 1 s while importing `corr2d`
"""

import time


time.sleep(3600)
