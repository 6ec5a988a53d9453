# open: no
import os

escaped(os.environ["EMRUN_SECRET"])
