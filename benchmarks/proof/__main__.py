"""``python -m benchmarks.proof``: simulate everything and write docs/statistics-proof.md."""

import argparse
import os
import sys
from concurrent.futures import ProcessPoolExecutor

from benchmarks.proof import SUBJECTS
from benchmarks.proof.page import PAGE, page
from benchmarks.proof.promise import Finding, verdict


def run(subject: str, place: int, at_most: int | None) -> list[Finding]:
    """The findings of one experiment."""
    return SUBJECTS[subject][place].findings(at_most)


def main() -> None:
    """Run every experiment in processes of their own; end with an error where a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--at-most", type=int, help="so many studies of each kind instead of thousands; writes nothing")
    arguments = parser.parse_args()
    with ProcessPoolExecutor(arguments.processes) as pool:
        running = {
            subject: [pool.submit(run, subject, place, arguments.at_most) for place in range(len(experiments))]
            for subject, experiments in SUBJECTS.items()
        }
        findings = {
            subject: [finding for future in futures for finding in future.result()]
            for subject, futures in running.items()
        }
    text = page(findings)
    if arguments.at_most is None:
        PAGE.write_text(text, encoding="utf-8")
    else:
        print(text)
    broken = [finding for found in findings.values() for finding in found if not verdict(finding).holds]
    for finding in broken:
        print(f"BROKEN: {finding.promise.method}, {finding.situation}: {finding.rate:.2%}", file=sys.stderr)
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
