"""The error for lesson files that are missing, damaged or unexpected."""


class LessonDataError(ValueError):
    """A file of the lesson is missing, damaged or not what the lesson expects.

    The message states the problem, why it matters, where it is and what to do about it, because
    the reader is more often a learner than a programmer.
    """

    def __init__(self, problem: str, *, why: str, where: str, remedy: str) -> None:
        self.problem = problem
        self.why = why
        self.where = where
        self.remedy = remedy
        super().__init__(f"{problem}\n  why: {why}\n  where: {where}\n  what to do: {remedy}")
