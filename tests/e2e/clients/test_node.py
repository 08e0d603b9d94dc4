"""clients/node with stock @grpc/grpc-js."""

import os
import pathlib
import shutil
import tempfile
import unittest

import journey
from programs import TOP

EXAMPLES = TOP / "clients" / "node"
INSTALLED = pathlib.Path(os.environ["TIFO_CLIENTS"]) / "node" / "node_modules"


class Node(journey.Journey):
    @classmethod
    def setUpClass(cls):
        # Node looks for modules beside the program: a folder with the examples and what was installed.
        made = tempfile.TemporaryDirectory(prefix="tifo-")
        cls.addClassCleanup(made.cleanup)
        cls.examples = pathlib.Path(made.name)
        for file in [*EXAMPLES.glob("*.js"), EXAMPLES / "package.json"]:
            shutil.copy(file, cls.examples)
        (cls.examples / "node_modules").symlink_to(INSTALLED)
        cls.environment = {**os.environ, "TIFO_API": str(TOP / "api")}

    def command(self, idea):
        return ["node", str(self.examples / (idea.replace(" ", "-") + ".js"))]


del journey.Journey  # Only the subclass is a test.
if __name__ == "__main__":
    unittest.main()
