"""The errors of the engine: each states the rule, what was found, where, and what to do."""


class ProctorError(Exception):
    """Base of every error that the engine raises on purpose."""

    def __init__(self, rule: str, *, found: str, where: str, remedy: str) -> None:
        self.rule = rule
        self.found = found
        self.where = where
        self.remedy = remedy
        super().__init__(rule, found, where, remedy)

    def __str__(self) -> str:
        return (
            f"{self.rule}\n  found: {self.found}\n  where: {self.where}\n"
            f"  what to do: {self.remedy}"
        )

    def __reduce__(self) -> tuple[object, ...]:
        # Keyword-only arguments would otherwise be lost when the error crosses a process.
        return (_rebuild, (type(self), self.rule, self.found, self.where, self.remedy))

    @property
    def summary(self) -> str:
        """The error on one line, for tables and JSON."""
        return f"{self.rule} Found: {self.found} ({self.where}). What to do: {self.remedy}."


def _rebuild(kind: type[ProctorError], rule: str, found: str, where: str, remedy: str) -> object:
    return kind(rule, found=found, where=where, remedy=remedy)


class ReleaseError(ProctorError):
    """An instructor's notebook can't be turned into a student version."""


class SubmissionError(ProctorError):
    """A submission can't be graded as it is; the rest of the class is not affected."""


class CourseError(ProctorError):
    """The course folder or its configuration lacks something that the command needs."""


class PacketError(ProctorError):
    """Bytes that crossed the trust boundary are not a packet."""
