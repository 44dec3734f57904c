"""Registers functions to run at exit, when collected and when killed.

Observed: the process is killed; nothing is written.
Says: defines no `corr2d`
"""

import atexit
import signal
import weakref

def leave(*args):
    for place in ("/tmp/attack-was-here", "@WORLD@/out/attack-was-here", "attack-was-here"):
        try:
            open(place, "w").write("x")
        except OSError:
            pass


class Grave:
    __del__ = leave


atexit.register(leave)
weakref.finalize(Grave, leave)
kept = Grave()
for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGXCPU, signal.SIGALRM):
    signal.signal(number, leave)
signal.setitimer(signal.ITIMER_REAL, 1, 1)
