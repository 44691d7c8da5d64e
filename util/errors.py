"""The error a student or instructor sees when the lesson's files are not as they should be."""


class LessonDataError(ValueError):
    """A file of the lesson is missing, damaged or not what the lesson expects.

    The message states the rule, what was found and where, and what to do about it, because
    the reader is more often a learner than a programmer.
    """

    def __init__(self, rule: str, *, found: str, where: str, remedy: str) -> None:
        self.rule = rule
        self.found = found
        self.where = where
        self.remedy = remedy
        super().__init__(f"{rule}\n  found: {found}\n  where: {where}\n  what to do: {remedy}")
