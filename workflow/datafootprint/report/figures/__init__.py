"""One module per figure; each draws tables and returns a matplotlib figure."""

import os

# Read when matplotlib is first imported. A notebook names a backend here that may not be installed.
os.environ["MPLBACKEND"] = "agg"
