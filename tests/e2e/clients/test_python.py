"""clients/python with stock grpcio."""

import os
import pathlib
import subprocess
import tempfile
import unittest

import journey
from programs import TOP

EXAMPLES = TOP / "clients" / "python"
PYTHON = pathlib.Path(os.environ["TIFO_CLIENTS"]) / "python" / "bin" / "python"


class Python(journey.Journey):
    @classmethod
    def setUpClass(cls):
        made = tempfile.TemporaryDirectory(prefix="tifo-")
        cls.addClassCleanup(made.cleanup)
        subprocess.run([EXAMPLES / "generate", made.name], env={**os.environ, "PYTHON": str(PYTHON)}, check=True)
        cls.environment = {**os.environ, "PYTHONPATH": made.name, "PYTHONDONTWRITEBYTECODE": "1"}

    def command(self, idea):
        return [str(PYTHON), str(EXAMPLES / (idea.replace(" ", "_") + ".py"))]


del journey.Journey  # Only the subclass is a test.
if __name__ == "__main__":
    unittest.main()
