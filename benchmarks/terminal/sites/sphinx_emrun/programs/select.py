import select
import sys

print("ready")
select.select([sys.stdin], [], [])
