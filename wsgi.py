"""What servers and the `flask` command load."""

import sys

from app.factory import create_app
from app.lib.errors import Misconfigured
from config import Config

try:
    app = create_app(Config.from_env())
except Misconfigured as error:
    print(error, file=sys.stderr)
    sys.exit(2)
