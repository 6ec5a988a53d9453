"""What no two readers share. A line each."""

import logging
import os
import random
import secrets
import tempfile
import time
import uuid

print(random.random())
print(random.Random().random())
print(random.SystemRandom().random())
print(secrets.token_hex())
print(os.urandom(8))
print(uuid.uuid4())
print(uuid.uuid1())
print(uuid.uuid7())
print(uuid.getnode())
print(tempfile.mkdtemp())
print(time.time_ns())
print(logging.LogRecord("", 0, "", 0, "", None, None).created)
