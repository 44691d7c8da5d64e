import sys

from proctor.reporting.class_report.similarity import similar

LONG = "\n".join(f"a{n} = f{n}(a{n - 1}, {n})" for n in range(1, 9))
OTHER = "for x in y:\n" + "\n".join(f"    z[{n}] = g(x) ** {n} + h" for n in range(8))


def test_a_copy_with_other_names_is_found(work):
    works = [
        work("ann", code=LONG),
        work("bob", code=LONG.replace("a", "b") + "  # mine"),
        work("cy", code=OTHER),
    ]
    (pair,) = similar(works)
    assert {pair.one.student, pair.other.student} == {"ann", "bob"}
    assert pair.likeness > 0.95
    assert pair.exercises[0][0] == "UNQ_C1"
    assert not pair.verbatim


def test_a_copy_with_the_same_names_is_said_to_be_one(work):
    (pair,) = similar([work("ann", code=LONG), work("bob", code=LONG)])
    assert pair.verbatim
    assert pair.likeness == 1


def test_what_much_of_the_class_wrote_tells_nothing(work):
    assert similar([work(name, code=LONG) for name in ("ann", "bob", "cy")]) == []


def test_little_code_tells_nothing(work):
    assert similar([work("ann", code="a = 1"), work("bob", code="a = 1")]) == []


def test_of_nobody_there_are_no_pairs(work):
    assert similar([]) == []
    assert similar([work("ann"), work("bob", code=LONG)]) == []


def test_only_so_many_are_returned(work):
    works = [
        work(f"s{n}", code=LONG.replace("f3", f"k{n // 2}").replace("f5", f"m{n // 2}"))
        for n in range(12)
    ]
    assert len(similar(works, most=4)) == 4


def test_more_words_than_there_are_characters_do_no_harm(monkeypatch, work):
    monkeypatch.setattr(
        "proctor.reporting.class_report.similarity._FIRST_CHARACTER", sys.maxunicode - 40
    )
    one, other = (work(name, code="\n".join(f"a{n} = b{n}" for n in range(60))) for name in "xy")
    assert len(similar([one, other])) == 1
