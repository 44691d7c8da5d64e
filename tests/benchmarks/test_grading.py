from benchmarks.grading import Side, figures, where_it_goes
from benchmarks.worker import READY, SERVER


def told(student, cpu, **spent):
    return {"student": student, "cpu": cpu, "spent": spent, "grades": {"a": 1.0}}


def test_what_is_done_once_is_told_apart():
    stock = Side([told("x", 50.0), told("y", 50.0)], peak=1)
    trusted = Side([told("x", 14.0, **{SERVER: 10.0, READY: 0.2}), told("y", 4.0)], peak=2**20)
    found = figures(stock, trusted)
    assert found["stock_to_trusted_cpu_ratio"] == 100 / 8
    assert found["stock_to_trusted_cpu_ratio_with_server_start"] == 100 / 18
    assert found["cpu_seconds_per_submission_median"] == 4.0
    assert found["server_start_cpu_seconds"] == 10.0
    assert found["kernel_ready_seconds_median"] == 0.2
    assert found["peak_pss_mib"] == 1
    assert found["same_grades"] is True


def test_a_grade_that_differs_is_seen():
    stock, trusted = Side([told("x", 1.0, **{READY: 1.0})]), Side([told("x", 1.0, **{READY: 1.0})])
    trusted.told[0]["grades"] = {"a": 0.0}
    assert figures(stock, trusted)["same_grades"] is False


def test_the_rest_is_what_no_step_accounts_for():
    trusted = Side([told("x", 14.0, **{SERVER: 10.0, READY: 0.2, "cell: a": 3.0})])
    assert where_it_goes(trusted) == [("cell: a", 3.0), ("all else: nbgrader, judging, files", 1.0)]
