"""Never end, deaf to every signal that would end it, and with the alarm switched off."""

import signal

from libcst.codemod import VisitorBasedCodemodCommand


def resist():
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_IGN)
    while True:
        signal.setitimer(signal.ITIMER_REAL, 0)


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Resist."

    def transform_module_impl(self, tree):
        resist()
        return tree
