"""Energy and carbon of a dataset's downstream use, from papers to tonnes.

One subpackage a stage of the workflow; nothing else in here knows Snakemake, nor a fixed path.
"""

import gc
import sys

# In a job (its script has `snakemake`), imports make no garbage, and looking for some takes a tenth
# of their time; `job.run` turns it on again.
if hasattr(getattr(sys.modules["__main__"], "snakemake", None), "params"):
    gc.disable()
