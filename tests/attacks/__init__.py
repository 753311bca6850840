"""Scripts that mean harm, each with a goal, run with every layer of isolation and with each alone.

`scripts/<goal>/<name>.py` is one attack. The harness runs it on a file whose first comment is a map of the victim, and
judges from outside whether it reached its goal; a script's word counts for nothing.
``python -m tests.attacks <goal>/<name>`` tries one and says what happened.
"""
