"""The engine's trajectories are the same bits by whatever it is compiled, and by how many threads it is run. --long: it is compiled anew for each."""

import hashlib
import pathlib
import platform
import shutil
import subprocess
import unittest

from programs import LONG, TOP, Case

FLAGS = ["-std=c11", "-D_POSIX_C_SOURCE=200809L", f"-I{TOP}", "-ffp-contract=off", "-fno-strict-aliasing", "-fno-math-errno", "-w"]
LEVELS = [["-O0"], ["-O2"], ["-O3"], ["-O3", "-march=native"]]
STEPS = 600


def compiled(folder, compiler, level):
    """The program, from nothing but the engine's own folder and two files beside it."""
    here = pathlib.Path(folder, "-".join([compiler, *level]))
    here.mkdir()
    wide = {TOP / "sim/core/step_steer_avx2.c": ["-mavx2"], TOP / "sim/core/step_steer_avx512.c": ["-mavx512f", "-mbmi2"]}
    sources = [source for source in (TOP / "sim/core").glob("*.c") if source not in wide]
    sources += [TOP / "sim/validate/scene.c", pathlib.Path(__file__).with_name("same_bits.c")]
    define = []
    if platform.machine() == "x86_64":
        for source, instructions in wide.items():
            subprocess.run([compiler, *FLAGS, *level, *instructions, "-c", source], cwd=here, check=True)
        define = ["-DSIM_HAS_WIDE"]
    subprocess.run([compiler, *FLAGS, *level, *define, "-c", *sources], cwd=here, check=True)
    program = here / "same_bits"
    subprocess.run([compiler, *here.glob("*.o"), "-o", program, "-lm", "-pthread"], check=True)
    return program


def sha256(program, *arguments):
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, check=True, timeout=600)
    assert len(done.stdout) > STEPS * 100 * 16, "the program wrote too little"
    return hashlib.sha256(done.stdout).hexdigest()


@unittest.skipUnless(LONG, "compiles the engine once a compiler and level")
class SameBits(Case):
    def test_compilers_levels_threads_and_checkpoints_give_one_trajectory(self):
        compilers = [name for name in ("gcc", "clang") if shutil.which(name)]
        self.assertTrue(compilers, "neither gcc nor clang is installed")
        programs = [compiled(self.folder, name, level) for name in compilers for level in LEVELS]
        for walking in ("weidmann", "experiment"):
            whole = {str(program): sha256(program, walking, 1, 0) for program in programs}
            self.assertEqual(len(set(whole.values())), 1, f"{walking}: {whole}")
            ways = {(threads, at): sha256(programs[1], walking, threads, at)
                    for threads in (1, 4) for at in (0, STEPS // 2)}
            self.assertEqual(set(ways.values()), set(whole.values()), f"{walking}, threads and checkpoint: {ways}")


if __name__ == "__main__":
    unittest.main()
