"""clients/python with stock grpcio."""

import os
import pathlib
import unittest

import journey
from programs import TOP

EXAMPLES = TOP / "clients" / "python"
INSTALLED = pathlib.Path(os.environ["TIFO_CLIENTS"]) / "python"


class Python(journey.Journey):
    environment = {**os.environ, "PYTHONPATH": str(INSTALLED / "modules"), "PYTHONDONTWRITEBYTECODE": "1"}

    def command(self, idea):
        return [str(INSTALLED / "bin" / "python"), str(EXAMPLES / (idea.replace(" ", "_") + ".py"))]


del journey.Journey  # Only the subclass is a test.
if __name__ == "__main__":
    unittest.main()
