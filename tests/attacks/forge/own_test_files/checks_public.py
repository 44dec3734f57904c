from autograder.selfcheck import worth


@worth(100, "corr2d")
def check_nothing(student):
    """Everything is fine"""
