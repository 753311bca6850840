# ruff: noqa: N802, N815 - LibCST names its visitor methods
"""Where a fast visit could be told from a plain one: each trap by itself."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import libcst as cst
import pytest
from libcst import matchers as m
from libcst.codemod import CodemodContext, VisitorBasedCodemodCommand
from libcst.matchers import _visitors
from libcst.metadata import MetadataWrapper, ParentNodeProvider, ScopeProvider

from autotransform.codemod.transform import Transform
from autotransform.tree.interest import interest, profile, serves_handlers
from autotransform.tree.stock import own_names
from autotransform.tree.visiting import IN_PLACE, fast_visits, private_results
from autotransform.tree.walk import descendants
from tests.tree.test_fields import SAMPLE
from tests.tree.visitors import BASES, Journal, instance, portrait

if TYPE_CHECKING:
    from collections.abc import Callable

TEXT = "f(a)\ng(b)\nif a: pass\n"


class Command(VisitorBasedCodemodCommand):
    """Calls what it is told to when it leaves a call."""

    DESCRIPTION = "For tests."

    def __init__(self, answer: Callable[[cst.Call, cst.Call], Any]) -> None:
        super().__init__(CodemodContext())
        self.answer = answer

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> Any:
        return self.answer(original_node, updated_node)


def private(answer: Callable[[cst.Call, cst.Call], Any], *, text: str = TEXT) -> tuple[cst.Module, cst.Module]:
    """Give a module, and what a command makes of it whose results nobody else sees."""
    module = cst.parse_module(text)
    with fast_visits():
        command = Command(answer)
        with private_results(command):
            return module, module.visit(command)


def test_a_module_of_which_nothing_changed_is_the_same_object() -> None:
    before, after = private(lambda _, updated: updated)

    assert before is after


def test_an_original_node_that_is_given_back_is_no_change() -> None:
    before, after = private(lambda original, _: original)

    assert before is after


def test_what_did_not_change_keeps_its_identity_beside_what_did() -> None:
    before, after = private(lambda _, updated: cst.Name("h") if m.matches(updated, m.Call(m.Name("g"))) else updated)

    assert after.code == "f(a)\nh\nif a: pass\n"
    assert [one is other for one, other in zip(before.body, after.body, strict=True)] == [True, False, True]


def test_a_handler_gets_new_nodes_even_where_nobody_else_sees_them() -> None:
    seen = list[bool]()

    def answer(original: cst.Call, updated: cst.Call) -> cst.Call:
        seen.append(original is updated or original.func is updated.func)
        return updated

    private(answer)

    assert seen == [False, False]


def test_a_change_deep_inside_of_an_argument_is_a_change_of_the_statement() -> None:
    _, after = private(
        lambda original, updated: cst.Name("h") if m.matches(original, m.Call(m.Name("c"))) else updated,
        text="a(b(c(d)))\n",
    )

    assert after.code == "a(b(h))\n"


def test_a_removed_statement_takes_the_line_with_it() -> None:
    class Removing(VisitorBasedCodemodCommand):
        def leave_Expr(self, original_node: cst.Expr, updated_node: cst.Expr) -> cst.RemovalSentinel:
            del original_node, updated_node
            return cst.RemoveFromParent()

    module = cst.parse_module(TEXT)
    with fast_visits():
        command = Removing(CodemodContext())
        with private_results(command):
            after = module.visit(command)

    assert after.code == "if a: pass\n"
    assert after.body[0] is module.body[2]


def test_a_helper_that_a_script_starts_gets_new_nodes() -> None:
    helped = list[bool]()

    def answer(original: cst.Call, updated: cst.Call) -> cst.Call:
        fresh = original.visit(Command(lambda _, inner: inner))
        helped.append(fresh is original)
        return updated

    private(answer)

    assert helped == [False, False]


def test_another_instance_of_the_command_is_not_private() -> None:
    module = cst.parse_module(TEXT)
    with fast_visits():
        command, other = Command(lambda _, updated: updated), Command(lambda _, updated: updated)
        with private_results(command):
            after = module.visit(other)

    assert after is not module


def test_a_part_of_a_module_is_not_private() -> None:
    part = cst.parse_statement("f(a)")
    with fast_visits():
        command = Command(lambda _, updated: updated)
        with private_results(command):
            after = part.visit(command)

    assert after is not part


def test_what_another_visitor_asks_for_is_not_private() -> None:
    class Asking(cst.CSTVisitor):
        after: object = None

        def visit_Module(self, node: cst.Module) -> bool:
            self.after = node.visit(command)
            return False

    module = cst.parse_module(TEXT)
    with fast_visits():
        command, asking = Command(lambda _, updated: updated), Asking()
        with private_results(command):
            module.visit(asking)

    assert asking.after is not module


def test_a_validation_error_of_a_parent_comes_with_the_words_of_libcst() -> None:
    class Baring(cst.CSTTransformer):
        def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
            del original_node
            return updated_node.with_changes(lpar=[], rpar=[])

    module = cst.parse_module("b = not(a)\n")
    with pytest.raises(cst.CSTValidationError) as plain:
        module.visit(Baring())
    with fast_visits(), pytest.raises(cst.CSTValidationError) as fast:
        module.visit(Baring())

    assert str(plain.value) == str(fast.value)


@pytest.mark.parametrize(
    "answer",
    [
        lambda _: "text",
        lambda _: None,
        lambda _: [cst.Name("a")],
        lambda _: cst.RemoveFromParent(),
        lambda node: cst.FlattenSentinel([node]),
        lambda _: cst.Pass(),
    ],
)
@pytest.mark.parametrize("where", [cst.Name, cst.Arg, cst.SimpleStatementLine, cst.Module])
def test_what_a_handler_may_not_give_fails_as_in_libcst(where: type, answer: Callable[[Any], Any]) -> None:
    class Wrong(VisitorBasedCodemodCommand):
        pass

    setattr(Wrong, f"leave_{where.__name__}", lambda _self, _original, updated: answer(updated))

    def outcome() -> str:
        module, wrong = cst.parse_module(TEXT), Wrong(CodemodContext())
        try:
            with private_results(wrong):
                result = module.visit(wrong)
                return repr(getattr(result, "code", type(result)))
        except Exception as error:  # noqa: BLE001 - whatever it is
            return repr(error)

    plain = outcome()
    with fast_visits():
        assert plain == outcome()


def test_helpers_of_libcst_that_visit_on_their_own_give_the_same() -> None:
    def results() -> list[Any]:
        module = cst.parse_module(SAMPLE)
        first = module.body[0]
        found = m.findall(module, m.Call() | m.Name("x"))
        saved: Any = m.SaveMatchedNode(m.Arg(value=m.SaveMatchedNode(m.Name(), "name")), "argument")
        return [
            [sorted(each) for each in m.extractall(module, saved)],
            len(m.findall(module, m.MatchIfTrue(lambda node: isinstance(node, cst.Name)))),
            *(len(m.findall(module, each)) for each in (m.DoesNotMatch(m.Name()), saved)),
            len(m.findall(module, m.AllOf(m.Name(), m.Name("x")))),
            len(m.findall(module, m.TypeOf(m.Name, m.Call)())),
            [type(node).__name__ for node in found],
            [type(node).__name__ for node in module.children],
            [type(node).__name__ for node in cst.Newline().children],
            m.replace(module, m.Name("x"), cst.Name("y")).code,  # type: ignore[union-attr]
            module.deep_replace(first, cst.parse_statement("new")).code,  # type: ignore[union-attr]
            module.deep_remove(first).code,  # type: ignore[union-attr]
            module.with_deep_changes(found[0], value="z").code,
            module.deep_replace(cst.Pass(), cst.Pass()) is module,
            module.deep_replace(found[0], cst.Name("q")).code,  # type: ignore[union-attr]
            portrait(module.deep_replace(found[0], found[1]), originals={id(each): 1 for each in descendants(module)}),
            module.deep_clone().code,
        ]

    plain = results()
    with fast_visits():
        assert plain == results()


def test_a_deep_clone_has_no_node_of_the_original_and_is_equal() -> None:
    class Spaces(cst.SimpleWhitespace):
        """Not LibCST's own."""

    module = cst.parse_module(SAMPLE)
    odd = cst.Expr(cst.Name("a"), semicolon=cst.Semicolon(whitespace_after=Spaces(" ")))
    shared = cst.Tuple([cst.Element(odd.value), cst.Element(odd.value)])
    originals = {id(each): 1 for node in (module, odd, shared) for each in descendants(node)}

    def clones() -> list[Any]:
        return [each.deep_clone() for each in (module, odd, shared, cst.Newline(), [*descendants(module)][-1])]

    plain = clones()
    with fast_visits():
        fast = clones()

    assert [portrait(each, originals=originals) for each in plain] == [
        portrait(each, originals=originals) for each in fast
    ]
    assert all(each.deep_equals(other) for each, other in zip(plain, fast, strict=True))
    assert fast[2].elements[0].value is not fast[2].elements[1].value


def test_a_visitor_makes_no_node(monkeypatch: pytest.MonkeyPatch) -> None:
    class Reading(cst.CSTVisitor):
        names = 0

        def visit_Name(self, node: cst.Name) -> None:
            del node
            self.names += 1

        def visit_Call_args(self, node: cst.Call) -> None:
            del node

    module, reading = cst.parse_module(SAMPLE), Reading()
    made = list[cst.CSTNode]()
    monkeypatch.setattr(cst.CSTNode, "__post_init__", made.append)
    with fast_visits():
        module.visit(reading)

    assert reading.names > 100
    assert made == []


def test_a_handler_that_a_method_gives_its_visitor_on_the_way_is_called() -> None:
    class Growing(cst.CSTTransformer):
        found = ""

        def visit_Call(self, node: cst.Call) -> None:
            del node
            self.visit_Name = self.take  # type: ignore[method-assign]

        def take(self, node: cst.Name) -> None:
            self.found += node.value

    growing = Growing()
    with fast_visits():
        cst.parse_module(TEXT).visit(growing)

    assert growing.found == "fagba"


def test_a_visitor_that_finds_its_handlers_elsewhere_is_asked_for_each() -> None:
    class Asked(cst.CSTVisitor):
        def __init__(self) -> None:
            super().__init__()
            self.asked = set[str]()

        def __getattribute__(self, name: str) -> Any:
            if name.startswith("visit_"):
                self.asked.add(name)
            return super().__getattribute__(name)

    asked = Asked()
    with fast_visits():
        cst.parse_module("a\n").visit(asked)

    assert {"visit_Module", "visit_Name", "visit_SimpleWhitespace"} <= asked.asked


class Mine(cst.Name):
    """A node that LibCST does not have."""


class SeeingMine(cst.CSTTransformer):
    """Notes what it leaves."""

    def __init__(self) -> None:
        super().__init__()
        self.left = list[str]()

    def leave_Mine(self, original_node: Mine, updated_node: cst.Name) -> cst.Name:
        self.left.append(f"{original_node.value} {type(updated_node).__name__}")
        return updated_node

    def leave_LeftParen(self, original_node: cst.LeftParen, updated_node: cst.LeftParen) -> cst.LeftParen:
        self.left.append(type(original_node).__name__)
        return updated_node


class ReadingMine(cst.CSTVisitor):
    """The same, without a change."""

    def __init__(self) -> None:
        super().__init__()
        self.left = list[str]()

    def leave_Mine(self, original_node: Mine) -> None:
        self.left.append(original_node.value)

    def leave_LeftParen(self, original_node: cst.LeftParen) -> None:
        self.left.append(type(original_node).__name__)


@pytest.mark.parametrize("made", [SeeingMine, ReadingMine])
def test_a_node_of_a_class_of_the_script_itself_is_visited_as_ever(made: Callable[[], Any]) -> None:
    node = cst.Expr(Mine("a", lpar=[cst.LeftParen()], rpar=[cst.RightParen()]))
    plain, fast = made(), made()
    node.visit(plain)
    with fast_visits():
        node.visit(fast)
        children = [type(each) for each in node.value.children]

    assert children == [cst.LeftParen, cst.RightParen]
    assert plain.left == fast.left
    assert len(fast.left) == 2


def test_a_matcher_that_may_match_anything_concerns_every_node() -> None:
    class Anything(m.MatcherDecoratableTransformer):
        count = 0

        @m.call_if_not_inside(m.DoesNotMatch(m.Name("a")))
        def visit_Name(self, node: cst.Name) -> None:
            del node
            self.count += 1

    def counted() -> int:
        visitor = Anything()
        cst.parse_module(TEXT).visit(visitor)
        return visitor.count

    plain = counted()
    with fast_visits():
        assert plain == counted()


def test_a_deep_tree_takes_no_more_frames_than_libcst_needs() -> None:
    text = "(" * 60 + "a" + ",)" * 60 + "\n"
    module = cst.parse_module(text)

    class Deepest(cst.CSTTransformer):
        depth = 0

        def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
            del original_node
            frame: Any = sys._getframe()
            while frame:
                self.depth, frame = self.depth + 1, frame.f_back
            return updated_node

    class Opaque(Deepest):
        def __getattr__(self, name: str) -> Any:
            raise AttributeError(name)

    plain, plainest = Deepest(), Opaque()
    module.visit(plain)
    module.visit(plainest)
    fast, slow = Deepest(), Opaque()
    with fast_visits():
        module.visit(fast)
        module.visit(slow)

    assert fast.depth < plain.depth
    assert slow.depth <= plainest.depth + 2


def test_a_batch_of_visitors_and_a_visitor_of_every_node_give_the_metadata_of_libcst() -> None:
    def described() -> list[str]:
        wrapper = MetadataWrapper(cst.parse_module(SAMPLE), unsafe_skip_copy=True)
        parents, scopes = wrapper.resolve(ParentNodeProvider), wrapper.resolve(ScopeProvider)
        return [
            *(f"{type(node).__name__} {type(parent).__name__}" for node, parent in parents.items()),
            *(f"{type(node).__name__} {type(scope).__name__}" for node, scope in scopes.items()),
        ]

    plain = described()
    with fast_visits():
        assert plain == described()


def test_libcst_is_as_it_was_after_the_last_of_nested_blocks_fails() -> None:
    def parts() -> list[object]:
        return [getattr(where, name) for where, name, _ in IN_PLACE]

    before, inside = parts(), list[object]()

    def fail() -> None:
        with fast_visits():
            with fast_visits():
                pass
            inside.extend(parts())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert before == parts()
    assert all(one is not other for one, other in zip(before, inside, strict=True))


def test_a_visitor_is_looked_at_anew_when_it_visits_again() -> None:
    class Later(cst.CSTVisitor):
        pass

    later, found = Later(), list[cst.CSTNode]()
    module = cst.parse_module("a\n")
    with fast_visits():
        module.visit(later)
        later.visit_Name = found.append  # type: ignore[method-assign, assignment]
        module.visit(later)

    assert len(found) == 1


def test_gathering_finds_what_libcst_finds() -> None:
    class Decorated(m.MatcherDecoratableTransformer):
        @property
        def failing(self) -> None:
            raise AssertionError

        @m.visit(m.Call())
        @m.call_if_inside(m.If())
        def second(self, node: cst.Call) -> None: ...

        @m.leave(m.Name())
        @m.leave(m.Call())
        def first(self, original_node: cst.CSTNode, updated_node: cst.CSTNode): ...  # type: ignore[no-untyped-def] # noqa: ANN202 - LibCST reads it

    class Derived(Decorated):
        @m.visit(m.Name())
        def third(self, node: cst.Name) -> None: ...

        @m.visit(m.Name())
        def last(self, node: cst.Name) -> None: ...

        @m.visit(m.Name())
        def fourth(self, node: cst.Name) -> None: ...

        @m.visit(m.Name())
        def another(self, node: cst.Name) -> None: ...

    derived: Any = Derived()
    names = ("_gather_matchers", "_gather_constructed_visit_funcs", "_gather_constructed_leave_funcs")
    plain = [list(getattr(_visitors, name)(derived).items()) for name in names]
    with fast_visits():
        assert plain == [list(getattr(_visitors, name)(derived).items()) for name in names]
    assert [len(each) for each in plain] == [1, 5, 2]


@pytest.mark.parametrize("base", BASES, ids=lambda base: base.__name__)
def test_a_visitor_without_handlers_wants_nothing(base: type) -> None:
    # LibCST hands what it remembers of a class on to those that derive from it: so this is one of our own.
    bare = type("Bare", (base,), {})
    visitor = instance(bare, journal=Journal(cst.Module([]), seed=0))
    wanted = interest(visitor, profile(bare))

    assert wanted is not None
    assert wanted.concerned == 0


def test_what_is_looked_at_in_a_class_is_what_is_its_own() -> None:
    stock = [name for base in BASES if base is not Transform for name, _ in own_names(base)]

    assert stock == []
    assert {name for name, _ in own_names(Command)} >= {"leave_Call", "__init__"}


def test_the_place_of_a_transform_is_the_node_at_which_libcst_would_be() -> None:
    places = list[object]()

    class Placed(Transform):
        def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
            del original_node
            return updated_node

        def transform_module_impl(self, tree: cst.Module) -> cst.Module:
            after = super().transform_module_impl(tree)
            places.append(type(self._place))
            return after

    Placed(CodemodContext()).transform_module(cst.parse_module(TEXT))
    with fast_visits():
        Placed(CodemodContext()).transform_module(cst.parse_module(TEXT))

    assert places == [cst.Module, cst.Module]


def test_the_handlers_of_a_batch_are_those_that_do_something() -> None:
    class Batched(cst.BatchableCSTVisitor):
        visit_Arg = cst.CSTVisitor.visit_Arg

        def visit_Name(self, node: cst.Name) -> None: ...

        def leave_Call_args(self, node: cst.Call) -> None: ...

        def helped(self) -> None: ...

    batched = Batched()
    plain = list(batched.get_visitors().items())
    with fast_visits():
        assert plain == list(batched.get_visitors().items())
    assert [name for name, _ in plain] == ["leave_Call_args", "visit_Name"]


def test_a_class_that_hides_its_methods_hides_them_from_gathering() -> None:
    class Hiding(m.MatcherDecoratableVisitor):
        @m.visit(m.Name())
        def found(self, node: cst.Name) -> None: ...

        def __dir__(self) -> list[str]:
            return []

    with fast_visits():
        assert Hiding()._extra_visit_funcs == {}


def test_hooks_that_serve_handlers_in_different_ways_are_called_for_every_node() -> None:
    class Counting(Transform):
        count = 0

        @serves_handlers(before="_tick")
        def on_visit(self, node: cst.CSTNode) -> bool:
            self._tick(node)
            return super().on_visit(node)

        def _tick(self, node: cst.CSTNode) -> None:
            del node
            self.count += 1

    counting = Counting(CodemodContext())
    with fast_visits():
        cst.parse_module("a\n").visit(counting)

    assert counting.count > 3


def test_a_transform_is_private_as_any_command_and_gets_its_imports_all_the_same() -> None:
    class Importing(Transform):
        def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
            del original_node
            self.need_import("os")
            return updated_node

    class Idle(Transform):
        pass

    module = cst.parse_module(TEXT)
    with fast_visits():
        idle = Idle(CodemodContext())
        with private_results(idle):
            assert module.visit(idle) is module
        importing = Importing(CodemodContext())
        with private_results(importing):
            after = importing.transform_module(module)

    assert after.code == f"import os\n\n{TEXT}"
