# open: no
import os

if os.system(f"echo escaped > {TARGET}") == 0:
    escaped()
raise OSError
