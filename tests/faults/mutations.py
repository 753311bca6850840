"""Ways to damage the output of a right transform.

Some damage the tree, as a wrong transform does; its text then follows. Others damage the text alone, as a wrong printer
would, or a wrong import helper.
"""

from __future__ import annotations

import ast
import io
import tokenize
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import libcst as cst
from libcst.metadata import ExpressionContext, ExpressionContextProvider, MetadataWrapper

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator

_Node = TypeVar("_Node", bound=cst.CSTNode)
_Holder: TypeAlias = cst.TrailingWhitespace | cst.EmptyLine
_Definition: TypeAlias = cst.FunctionDef | cst.ClassDef

_MARKS = ("# noqa", "# type:", "# fmt:", "# pragma", "# pylint", "# nosec", "# NOQA", "# isort")
_OPERATORS = (cst.BinaryOperation, cst.BooleanOperation, cst.Comparison, cst.UnaryOperation, cst.IfExp, cst.Lambda)
_SWAPPED_TEXT = {"+": "-", "-": "+", "==": "!=", "!=": "==", "<": ">=", ">": "<=", "and": "or", "or": "and", "in": "is"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """What a transform made of a text."""

    before: bytes
    tree: cst.Module
    after: bytes


def damage(output: Output, *, how: str, chance: random.Random) -> Output | None:
    """Damage an output in one place; ``None`` where there is no such place, or where the damage means nothing."""
    if how in IN_TREE:
        try:
            tree = IN_TREE[how](output, chance)
        except cst.CSTValidationError:  # LibCST itself refuses to make such a node
            return None
        if tree is None:
            return None
        damaged = Output(before=output.before, tree=tree, after=tree.bytes)
    else:
        after = IN_TEXT[how](output, chance)
        if after is None:
            return None
        damaged = Output(before=output.before, tree=output.tree, after=after)
    return None if _says_the_same(damaged.after, output.after) else damaged


def _says_the_same(one: bytes, other: bytes) -> bool:
    return _meaning(one) == _meaning(other) and _comments(one) == _comments(other)


def _meaning(content: bytes) -> str:
    try:
        return ast.dump(ast.parse(content))
    except (SyntaxError, ValueError):
        return ""


def _comments(content: bytes) -> list[str]:
    return [token.string for token in _tokens(content) if token.type == tokenize.COMMENT]


def _tokens(content: bytes) -> list[tokenize.TokenInfo]:
    try:
        return [*tokenize.tokenize(io.BytesIO(content).readline)]
    except (tokenize.TokenError, SyntaxError):
        return []


def _nodes(tree: cst.CSTNode, kind: type[_Node] | tuple[type[_Node], ...]) -> list[_Node]:
    found: list[_Node] = []
    pending: list[cst.CSTNode] = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, kind):
            found.append(node)
        pending.extend(reversed(node.children))
    return found


def _replaced(tree: cst.Module, old: cst.CSTNode, new: cst.CSTNode | cst.RemovalSentinel) -> cst.Module:
    made = tree.deep_replace(old, new) if isinstance(new, cst.CSTNode) else tree.deep_remove(old)
    assert isinstance(made, cst.Module)
    return made


def _reads(tree: cst.Module) -> list[cst.Name]:
    """Find the names that are read as variables."""
    contexts = MetadataWrapper(tree, unsafe_skip_copy=True).resolve(ExpressionContextProvider)
    others = {id(node.attr) for node in _nodes(tree, cst.Attribute)}
    others |= {id(node.keyword) for node in _nodes(tree, cst.Arg)}
    imports: list[cst.CSTNode] = [*_nodes(tree, cst.Import), *_nodes(tree, cst.ImportFrom)]
    others |= {id(name) for statement in imports for name in _nodes(statement, cst.Name)}
    return [
        name
        for name in _nodes(tree, cst.Name)
        if contexts.get(name) is ExpressionContext.LOAD and id(name) not in others
    ]


# In the tree


def _drop_parentheses(output: Output, chance: random.Random) -> cst.Module | None:
    places = [node for node in _nodes(output.tree, _OPERATORS) if node.lpar]
    if not places:
        return None
    node = chance.choice(places)
    return _replaced(output.tree, node, node.with_changes(lpar=(), rpar=()))


def _loosen_operand(output: Output, chance: random.Random) -> cst.Module | None:
    loose = ("a if b else c", "a or b", "lambda: a", "a < b", "not a", "a, b", "a + b", "-a")
    places: list[cst.BaseExpression] = []
    for node in _nodes(output.tree, (cst.BinaryOperation, cst.Attribute, cst.UnaryOperation, cst.Call, cst.Subscript)):
        match node:
            case cst.BinaryOperation():
                places += [node.left, node.right]
            case cst.UnaryOperation():
                places.append(node.expression)
            case cst.Attribute() | cst.Subscript():
                places.append(node.value)
            case cst.Call():
                places.append(node.func)
            case _:
                pass
    names = [place for place in places if isinstance(place, cst.Name | cst.Call) and not place.lpar]
    if not names:
        return None
    return _replaced(output.tree, chance.choice(names), cst.parse_expression(chance.choice(loose)))


def _lose_comment(output: Output, chance: random.Random, *, marks: bool = False) -> cst.Module | None:
    known = set(_comments(output.before))
    holders: list[_Holder] = [*_nodes(output.tree, cst.TrailingWhitespace), *_nodes(output.tree, cst.EmptyLine)]
    places = [
        holder
        for holder in holders
        if holder.comment is not None
        and holder.comment.value.rstrip() in known
        and holder.comment.value.startswith(_MARKS) == marks
    ]
    if not places:
        return None
    holder = chance.choice(places)
    return _replaced(output.tree, holder, holder.with_changes(comment=None))


def _lose_mark(output: Output, chance: random.Random) -> cst.Module | None:
    return _lose_comment(output, chance, marks=True)


def _lose_docstring(output: Output, chance: random.Random) -> cst.Module | None:
    definitions: list[_Definition] = [*_nodes(output.tree, cst.FunctionDef), *_nodes(output.tree, cst.ClassDef)]
    places = [
        node for node in definitions if node.get_docstring() is not None and isinstance(node.body, cst.IndentedBlock)
    ]
    if not places:
        return None
    line = chance.choice(places).body.body[0]
    return _replaced(output.tree, line, cst.SimpleStatementLine([cst.Pass()]))


def _misspell_use(output: Output, chance: random.Random) -> cst.Module | None:
    names = _reads(output.tree)
    if not names:
        return None
    name = chance.choice(names)
    return _replaced(output.tree, name, name.with_changes(value=f"{name.value}_misspelt"))


def _rename_definition(output: Output, chance: random.Random) -> cst.Module | None:
    used = {name.value for name in _reads(output.tree)}
    places = [
        node
        for node in output.tree.body
        if isinstance(node, cst.FunctionDef | cst.ClassDef)
        and node.name.value in used
        and output.after.count(f" {node.name.value}(".encode()) >= 1
    ]
    once = [node for node in places if sum(node.name.value == other.name.value for other in places) == 1]
    if not once:
        return None
    name = chance.choice(once).name
    return _replaced(output.tree, name, name.with_changes(value=f"{name.value}_renamed"))


def _duplicate_keyword(output: Output, chance: random.Random) -> cst.Module | None:
    calls = [call for call in _nodes(output.tree, cst.Call) if any(argument.keyword for argument in call.args)]
    if not calls:
        return None
    call = chance.choice(calls)
    again = chance.choice([argument for argument in call.args if argument.keyword])
    again = again.deep_clone().with_changes(comma=cst.MaybeSentinel.DEFAULT)
    first = [each.with_changes(comma=cst.MaybeSentinel.DEFAULT) for each in call.args]
    place = first.index(next(each for each in first if each.keyword))
    return _replaced(output.tree, call, call.with_changes(args=[*first[:place], again, *first[place:]]))


def _imports(tree: cst.Module) -> Iterator[tuple[cst.SimpleStatementLine, set[str]]]:
    """Give the lines at the top that import, and what names they bind; not what comes from the future."""
    for line in tree.body:
        if not isinstance(line, cst.SimpleStatementLine) or len(line.body) != 1:
            continue
        statement = line.body[0]
        if not isinstance(statement, cst.Import | cst.ImportFrom) or isinstance(statement.names, cst.ImportStar):
            continue
        if "__future__" not in tree.code_for_node(statement):
            names = [alias.evaluated_alias or alias.evaluated_name for alias in statement.names]
            yield line, {name.partition(".")[0] for name in names}


def _drop_used_import(output: Output, chance: random.Random) -> cst.Module | None:
    used = {name.value for name in _reads(output.tree)}
    bound = [names for _, names in _imports(output.tree)]
    places = [
        line
        for line, names in _imports(output.tree)
        if any(sum(name in each for each in bound) == 1 for name in names & used)
    ]
    return _replaced(output.tree, chance.choice(places), cst.RemoveFromParent()) if places else None


def _with_line(tree: cst.Module, text: str) -> cst.Module | None:
    """Put a statement behind the imports."""
    last = max((tree.body.index(line) for line, _ in _imports(tree)), default=None)
    if last is None:
        return None
    return tree.with_changes(body=[*tree.body[: last + 1], cst.parse_statement(text), *tree.body[last + 1 :]])


def _add_unused_import(output: Output, chance: random.Random) -> cst.Module | None:
    return _with_line(
        output.tree, chance.choice(["import nobody_needs_this\n", "from nowhere import nothing_at_all\n"])
    )


def _import_over_a_name(output: Output, chance: random.Random) -> cst.Module | None:
    names = [node.name.value for node in output.tree.body if isinstance(node, cst.FunctionDef | cst.ClassDef)]
    return _with_line(output.tree, f"from nowhere import {chance.choice(names)}\n") if names else None


def _put_statement(output: Output, chance: random.Random) -> cst.Module | None:
    names = _reads(output.tree)
    assign = cst.Assign([cst.AssignTarget(cst.Name("x"))], cst.Integer("1"))
    return _replaced(output.tree, chance.choice(names), assign) if names else None


def _put_keyword(output: Output, chance: random.Random) -> cst.Module | None:
    names = _reads(output.tree)
    keyword = chance.choice(["class", "not", "lambda", "yield", "await", "for"])
    return _replaced(output.tree, chance.choice(names), cst.Name(keyword)) if names else None


def _await_anywhere(output: Output, chance: random.Random) -> cst.Module | None:
    if b"async " in output.after:
        return None
    lines = [line for line in _nodes(output.tree, cst.Expr) if isinstance(line.value, cst.Call)]
    if not lines:
        return None
    line = chance.choice(lines)
    return _replaced(output.tree, line, line.with_changes(value=cst.Await(line.value)))


def _return_at_the_top(output: Output, chance: random.Random) -> cst.Module | None:
    return _with_line(output.tree, chance.choice(["return\n", "break\n", "x = yield\n", "nonlocal x\n"]))


# In the text


def _spliced(content: bytes, token: tokenize.TokenInfo, text: str) -> bytes:
    lines = content.decode().split("\n")
    row, column = token.start
    line = lines[row - 1]
    lines[row - 1] = line[:column] + text + line[token.end[1] :]
    return "\n".join(lines).encode()


def _code_tokens(content: bytes) -> list[tokenize.TokenInfo]:
    if b"\r" in content or b"\x0c" in content or content.startswith(b"\xef\xbb\xbf"):
        return []
    kinds = {tokenize.NAME, tokenize.NUMBER, tokenize.OP, tokenize.STRING}
    return [token for token in _tokens(content) if token.type in kinds and token.start[0] == token.end[0]]


def _change_operator(output: Output, chance: random.Random) -> bytes | None:
    places = [token for token in _code_tokens(output.after) if token.string in _SWAPPED_TEXT]
    if not places:
        return None
    token = chance.choice(places)
    return _spliced(output.after, token, _SWAPPED_TEXT[token.string])


def _change_constant(output: Output, chance: random.Random) -> bytes | None:
    places = [token for token in _code_tokens(output.after) if token.type == tokenize.NUMBER and token.string.isdigit()]
    if not places:
        return None
    token = chance.choice(places)
    return _spliced(output.after, token, f"1{token.string}" if token.string[0] != "0" else "7")


def _lose_token(output: Output, chance: random.Random) -> bytes | None:
    places = _code_tokens(output.after)
    return _spliced(output.after, chance.choice(places), "") if places else None


def _swap_operands(output: Output, chance: random.Random) -> bytes | None:
    tokens = _code_tokens(output.after)
    places = [
        (one, other)
        for one, operator, other in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if operator.string in {"-", "/", "<", ">", "%", ",", "in", "**", "=="}
        and {one.type, other.type} <= {tokenize.NAME, tokenize.NUMBER}
        and one.start[0] == other.start[0]
        and one.string != other.string
    ]
    if not places:
        return None
    one, other = chance.choice(places)
    return _spliced(_spliced(output.after, other, one.string), one, other.string)


def _use_another_name(output: Output, chance: random.Random) -> bytes | None:
    names = [token for token in _code_tokens(output.after) if token.type == tokenize.NAME]
    if not names:
        return None
    return _spliced(output.after, chance.choice(names), chance.choice(names).string)


def _lose_line(output: Output, chance: random.Random) -> bytes | None:
    lines = output.after.split(b"\n")
    places = [number for number, line in enumerate(lines) if line.strip() and not line.strip().startswith(b"#")]
    if not places:
        return None
    del lines[chance.choice(places)]
    return b"\n".join(lines)


def _dedent_line(output: Output, chance: random.Random) -> bytes | None:
    lines = output.after.split(b"\n")
    places = [number for number, line in enumerate(lines) if line.startswith(b"    ") and line.strip()[:1] != b"#"]
    if not places:
        return None
    place = chance.choice(places)
    lines[place] = lines[place][4:]
    return b"\n".join(lines)


IN_TREE: dict[str, Callable[[Output, random.Random], cst.Module | None]] = {
    "drop parentheses": _drop_parentheses,
    "put a looser operator in": _loosen_operand,
    "put a statement in an expression": _put_statement,
    "put a keyword for a name": _put_keyword,
    "await in a function that cannot": _await_anywhere,
    "return, break, yield at the top": _return_at_the_top,
    "duplicate a keyword": _duplicate_keyword,
    "delete a comment": _lose_comment,
    "delete a mark such as noqa": _lose_mark,
    "delete a docstring": _lose_docstring,
    "misspell one use": _misspell_use,
    "rename a definition, not its uses": _rename_definition,
    "drop an import that is used": _drop_used_import,
    "add an import that is not": _add_unused_import,
    "import over a name that is taken": _import_over_a_name,
}
IN_TEXT: dict[str, Callable[[Output, random.Random], bytes | None]] = {
    "swap two operands": _swap_operands,
    "change an operator": _change_operator,
    "change a number": _change_constant,
    "use another name of the file": _use_another_name,
    "lose a token": _lose_token,
    "lose a line": _lose_line,
    "dedent a line": _dedent_line,
}
