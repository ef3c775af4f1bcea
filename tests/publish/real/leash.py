"""Run a program for as long as standard input stays open, and end it then, in any case.

So a program of the tests does not outlive them, not even where the tests are killed: with their
process the other end of the pipe is gone. Usage: leash.py PROGRAM ARGUMENTS...
"""

import os
import signal
import subprocess
import sys
import threading

PATIENCE_SECONDS = 5


def main() -> int:
    """Run, watch and end."""
    process = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)

    def watch() -> None:
        while os.read(0, 1):
            pass
        process.terminate()
        try:
            process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()

    threading.Thread(target=watch, daemon=True).start()
    return process.wait()


if __name__ == "__main__":
    # A terminal's interrupt goes to the tests as well; they close the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(main())
