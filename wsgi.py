"""What servers and the `flask` command load."""

import gc
import sys

# What is read now stays until the end. It is not looked through for garbage: neither while it is
# read, which takes a fifth of the start, nor later, when a web process would stand still for it.
gc.disable()

from app.factory import create_app
from app.lib.errors import Misconfigured
from config import Config

try:
    app = create_app(Config.from_env())
except Misconfigured as error:
    print(error, file=sys.stderr)
    sys.exit(2)
gc.freeze()
gc.enable()
