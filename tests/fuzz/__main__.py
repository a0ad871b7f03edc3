"""`make fuzz ARGS="entries -runs=1000000"`: atheris searches one target; what it finds is kept in a file and shown."""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["suite"]):
    from tests.fuzz import targets
    from tests.fuzz.seeds import seeds


def main() -> None:
    name, *options = sys.argv[1:]
    target = getattr(targets, name)
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(seeds(name)):
            (Path(corpus) / str(number)).write_bytes(seed)
        atheris.Setup([sys.argv[0], *options, corpus], lambda data: targets.tried(target, data))
        atheris.Fuzz()


if __name__ == "__main__":
    main()
