"""How long a quick question waits behind long ones: ``python -m benchmarks.queues``.

Ten long questions are asked, then three quick ones, of workers as in the demonstration. Printed is the time from asking
to the answer of each quick one, while the long ones still run or wait.
"""

import argparse

from benchmarks.workers import ask, at_work, rows, wait_until

QUICK = """
    SELECT extract(epoch FROM finished_at - requested_at), status FROM analytics_analysis
    WHERE kind <> 'permutations' ORDER BY requested_at
"""
LONG = "SELECT count(*) FROM analytics_analysis WHERE kind = 'permutations' AND status IN ('queued', 'running')"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--long", type=int, default=10, help="long questions asked before")
    parser.add_argument("--resamples", type=int, default=1_000_000, help="permutations of each")
    arguments = parser.parse_args()
    with at_work() as var_dir:
        ask(long=arguments.long, resamples=arguments.resamples, quick=3)
        wait_until(lambda: all(status == "succeeded" for _seconds, status in rows(var_dir, QUICK)), seconds=300)
        waiting = rows(var_dir, LONG)[0][0]
        answers = ", ".join(f"{seconds:.2f} s" for seconds, _status in rows(var_dir, QUICK))
    print(f"Answers to quick questions after {answers}, behind {waiting} of {arguments.long} unfinished long ones.")


if __name__ == "__main__":
    main()
