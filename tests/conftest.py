"""What every test takes for granted of the process that runs it."""

import signal

# Whoever starts the tests in the background of a script has them ignore Ctrl-C, and all their children with them.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
