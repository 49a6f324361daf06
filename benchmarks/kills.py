"""What is lost when processes are killed: ``python -m benchmarks.kills``.

Questions are asked, and while they are answered the worker, Redis and PostgreSQL are killed with SIGKILL, one after
the other, each when another quarter of the answers is there. The supervisor of the demonstration starts them again.
Printed is the state in which each question ended, and how often an answer was recorded.
"""

import argparse
import time

from benchmarks.workers import ask, at_work, ended, kill, rows, wait_until

VICTIMS = ("portal:worker-long", "servers:redis", "servers:postgres")
PATIENCE_SECONDS = 600
NOTE_ANSWERS = """
    CREATE TABLE recorded (analysis bigint);
    CREATE FUNCTION record() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO recorded VALUES (NEW.id); RETURN NEW; END $$;
    CREATE TRIGGER record AFTER UPDATE OF result ON analytics_analysis
    FOR EACH ROW WHEN (NEW.result IS NOT NULL) EXECUTE FUNCTION record()
"""
STATES = "SELECT status, count(*), max(attempt) FROM analytics_analysis GROUP BY status ORDER BY status"
TIMES = "SELECT count(*), count(DISTINCT analysis) FROM recorded"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--analyses", type=int, default=50)
    parser.add_argument("--resamples", type=int, default=100_000, help="permutations of each: a second or so")
    arguments = parser.parse_args()
    with at_work() as var_dir:
        rows(var_dir, NOTE_ANSWERS)
        ask(long=arguments.analyses, resamples=arguments.resamples)
        started = time.monotonic()
        for quarter, victim in enumerate(VICTIMS, start=1):
            enough = arguments.analyses * quarter // 4
            wait_until(lambda enough=enough: ended(var_dir) >= enough, seconds=PATIENCE_SECONDS)
            kill(var_dir, victim)
            print(f"{time.monotonic() - started:.0f} s: {victim} killed, {enough} answers there", flush=True)
        wait_until(lambda: ended(var_dir) == arguments.analyses, seconds=PATIENCE_SECONDS)
        print(f"{time.monotonic() - started:.0f} s: all {arguments.analyses} have ended")
        for status, count, attempts in rows(var_dir, STATES):
            print(f"{count} {status}, after at most {attempts} attempts")
        recorded, different = rows(var_dir, TIMES)[0]
        print(f"{recorded} answers recorded, of {different} analyses: each once" if recorded == different else "TWICE")


if __name__ == "__main__":
    main()
