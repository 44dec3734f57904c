"""Ends the process with success before anything is judged.

Observed: an exit code proves nothing; no check is passed, and the message says what happened.
Says: ended Python itself
"""

import os

os._exit(0)
