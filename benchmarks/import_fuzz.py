"""Import damaged variants of real files by the thousands: nothing but refusals, nothing written by a check, no hang.

``python -m portal.embedded run -- python -m benchmarks.import_fuzz --count 2000 FOLDER …``

Every import happens in a transaction that is taken back; a new database gets its tables first. Prints how many variants
there were, what became of them, and the longest time.
"""

import argparse
import random
import tempfile
import time
from collections import Counter
from pathlib import Path

from django.core.management import call_command
from django.db import transaction

import benchmarks.django_ready  # noqa: F401 models need it
from benchmarks.readings import study_for
from tests.damage import REPOSITORY, damaged, imported, real_files


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="*", default=[REPOSITORY / "docs" / "examples"])
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    arguments = parser.parse_args()
    chance, files = random.Random(arguments.seed), real_files(*arguments.folders)
    call_command("migrate", verbosity=0)
    outcomes: Counter[str] = Counter()
    longest, slowest = 0.0, ""
    with tempfile.TemporaryDirectory() as name, transaction.atomic():
        study = study_for(250, code="FUZZ")
        for number in range(arguments.count):
            path = chance.choice(files)
            file = Path(name) / f"variant{path.suffix}"
            file.write_bytes(damaged(path, chance))
            try:
                with transaction.atomic():
                    found = imported(study, file)
            except Exception:
                print(f"Variant {number} of {path} (seed {arguments.seed}) is not handled.")
                raise
            outcomes.update(found.keys())
            if max(found.values()) > longest:
                longest, slowest = max(found.values()), path.name
        transaction.set_rollback(True)
    print(f"{arguments.count} variants of {len(files)} files, seed {arguments.seed}; the longest took {longest:.1f} s")
    print(f"({slowest}).\n")
    for outcome, number in outcomes.most_common():
        print(f"{number:6} {outcome}")


if __name__ == "__main__":
    main()
