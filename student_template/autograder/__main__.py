"""Makes `python -m autograder` help students; the work is done in autograder/selfcheck/student_cli.py."""

import sys

from autograder.selfcheck.student_cli import main

if __name__ == "__main__":
    sys.exit(main())
