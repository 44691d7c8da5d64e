from proctor.grading.progress import Recorded
from proctor.reporting.console.slowest import Slowest
from proctor.results import CellTime, Receipt


def ran(seconds, *cells):
    times = tuple(CellTime(name, took) for name, took in cells)
    return [Receipt("a", "n.ipynb", (), seconds=seconds, cells=times)]


def test_the_slowest_few_are_named_and_cells_by_their_median():
    slowest = Slowest()
    for number, cell in enumerate([1.0, 2.0, 9.0]):
        slowest.add(Recorded(f"s{number}", ran(number + 1.0, ("load", cell), ("7", 50.0))))
    slowest.add(Recorded("last\n", ran(0.5, ("fast", 0.01))))
    assert slowest.lines() == [
        "",
        "Slowest notebooks and cells:",
        "     3.0 s  s2 n.ipynb",
        "     2.0 s  s1 n.ipynb",
        "     1.0 s  s0 n.ipynb",
        "     2.0 s  cell load, median of 3",
    ]


def test_where_nothing_ran_nothing_is_said():
    slowest = Slowest()
    slowest.add(Recorded("ann", [Receipt("a", "n.ipynb", ())]))
    assert slowest.lines() == []
