"""Give a result, and be ended by an alarm a moment later, in the midst of the next file."""

import signal

from libcst.codemod import VisitorBasedCodemodCommand


def wind_up():
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, 0.0005)


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Wind up."

    def transform_module_impl(self, tree):
        wind_up()
        return tree
