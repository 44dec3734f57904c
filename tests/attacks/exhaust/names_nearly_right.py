"""Has thirty thousand names that are nearly those of the exercises, and some that are very long.

Observed: a look for what may have been meant reads few of them, none of them long.
Says: defines no `corr2d`
"""

import itertools

globals().update({"".join(letters): 1 for letters in itertools.islice(itertools.permutations("corr2dx"), 5_000)})
globals().update({f"corr2{number}d": 1 for number in range(25_000)})
globals().update({"corr2d" * 2_000 + str(number): 1 for number in range(20)})
globals().pop("corr2d", None)
