# ends: error
# says: The program ended with exit status 3.
import sys

sys.exit(3)
