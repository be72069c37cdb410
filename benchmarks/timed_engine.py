"""A topic engine of the package (the environment names its script), with the seconds that tomotopy's `train` takes in a file."""

from __future__ import annotations

import os
import runpy
import sys
import time
from pathlib import Path

if __name__ == "__main__":
    engine = runpy.run_path(os.environ["TIMED_ENGINE"])
    tomotopy = engine["pinned_tomotopy"]()
    train, seconds = tomotopy.LDAModel.train, 0.0

    def timed(*arguments, **options):
        global seconds
        start = time.process_time()
        train(*arguments, **options)
        seconds += time.process_time() - start

    tomotopy.LDAModel.train = timed
    engine["main"](sys.argv[1:])
    Path(os.environ["TIMED_SECONDS"]).write_text(str(seconds))
