"""Run byte code that loads a constant from far outside of its constants."""

from opcode import opmap

from libcst.codemod import VisitorBasedCodemodCommand

FAR = (
    ("EXTENDED_ARG", 0x7F),
    ("EXTENDED_ARG", 0xFF),
    ("EXTENDED_ARG", 0xFF),
    ("LOAD_CONST", 0xFF),
    ("RETURN_VALUE", 0),
)


def crash():
    code = crash.__code__
    start = code.co_code[:2]
    text = start + bytes(byte for name, argument in FAR for byte in (opmap[name], argument))
    type(crash)(code.replace(co_code=text), {})()


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Crash."

    def transform_module_impl(self, tree):
        crash()
        return tree
