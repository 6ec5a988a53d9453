# open: no
import subprocess

escaped(subprocess.run(["/bin/sh", "-c", f"echo escaped > {TARGET}"], check=True))
