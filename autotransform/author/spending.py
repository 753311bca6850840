"""What asking a model costs: estimated before, capped on the way, summed up after."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Self

from autotransform.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autotransform.author.messages import Message
    from autotransform.config import ModelConfig

#: Code has three to four characters a token with the tokenizers of 2026; the lower figure errs on the dear side.
_CHARACTERS_A_TOKEN = 3
#: The protocol adds a few for each message.
_TOKENS_A_MESSAGE = 4

#: What an answer is taken to need at least: a script and its cases.
_USUAL_ANSWER = 2_000

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What a million tokens cost, in whatever currency the person counts."""

    sent: Decimal
    received: Decimal

    def of(self, *, prompt_tokens: int, completion_tokens: int) -> Decimal:
        """Give the price of one exchange."""
        return (self.sent * prompt_tokens + self.received * completion_tokens) / _MILLION


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What one authoring may use; ``None``: as much as it takes."""

    tokens: int | None = None
    money: Decimal | None = None
    seconds: float | None = None
    #: Without them no money can be counted.
    prices: Prices | None = None

    @classmethod
    def of(cls, config: ModelConfig) -> Self:
        """Read the budget and the prices from the configuration.

        Raises:
            ModelError: Money is to be capped, and no prices are known.
        """
        prices = None
        if config.name in config.prices:
            sent, received = config.prices[config.name]
            prices = Prices(sent=Decimal(str(sent)), received=Decimal(str(received)))
        if config.budget_money is not None and prices is None:
            raise ModelError(
                f"`budget-money` is set, and nothing says what {config.name or 'the model'} costs.",
                hint=f'Set its prices for a million tokens, `"{config.name}" = [INPUT, OUTPUT]` under'
                " [tool.autotransform.model.prices], or use `budget-tokens`.",
            )
        return cls(
            tokens=config.budget_tokens or None,
            money=None if config.budget_money is None else Decimal(str(config.budget_money)),
            seconds=config.budget_seconds or None,
            prices=prices,
        )

    def __str__(self) -> str:
        caps = (
            f"{self.tokens:,} tokens" if self.tokens is not None else "",
            f"{shown_money(self.money)} in money" if self.money is not None else "",
            f"{self.seconds:g} s" if self.seconds is not None else "",
        )
        return ", ".join(filter(None, caps))


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """What was used so far."""

    #: How many answers were asked for over the network, and how many were at hand.
    requests: int = 0
    cached: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    #: ``None``: no prices are known.
    money: Decimal | None = None
    seconds: float = 0.0
    #: Whether the endpoint did not count, so that tokens are estimated from characters.
    is_estimated: bool = False

    @property
    def tokens(self) -> int:
        """Sent and received."""
        return self.prompt_tokens + self.completion_tokens

    def __str__(self) -> str:
        requests = f"{self.requests} request" + ("" if self.requests == 1 else "s")
        if self.cached:
            requests += f" and {self.cached} answer{'' if self.cached == 1 else 's'} from the log, which cost nothing"
        if not self.requests:
            return requests
        about = "about " if self.is_estimated else ""
        tokens = f"{about}{self.prompt_tokens:,} tokens sent, {self.completion_tokens:,} received"
        money = "" if self.money is None else f"; {about}{shown_money(self.money)} at the configured prices"
        return f"{requests}; {tokens}{money}; {self.seconds:.0f} s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What one exchange used: as the endpoint counts, else estimated."""

    sent: int = 0
    received: int = 0
    #: ``None``: no prices are known.
    money: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What the next exchange is expected to need."""

    prompt_tokens: int
    completion_tokens: int


def estimate_exchange(messages: Sequence[Message], *, longest_answer: int, max_tokens: int) -> Estimate:
    """Estimate what an exchange needs.

    Args:
        messages: What is to be sent.
        longest_answer: In tokens, of the answers so far; 0: there was none.
        max_tokens: The longest answer that is asked for.
    """
    prompt_tokens = sum(estimate_tokens(message.content) + _TOKENS_A_MESSAGE for message in messages)
    return Estimate(prompt_tokens=prompt_tokens, completion_tokens=min(max(longest_answer, _USUAL_ANSWER), max_tokens))


def describe_estimate(estimate: Estimate, *, prices: Prices | None) -> str:
    """Tell what the next exchange will probably use."""
    sent, received = estimate.prompt_tokens, estimate.completion_tokens
    price = "" if prices is None else f", {shown_money(prices.of(prompt_tokens=sent, completion_tokens=received))} with"
    answer = f"{price} an answer of {received:,}" if price else ""
    return f"about {sent:,} tokens{answer}"


def estimate_tokens(text: str) -> int:
    """Estimate the tokens of a text, rather too many than too few."""
    return -(-len(text) // _CHARACTERS_A_TOKEN)


def require_budget(budget: Budget, *, spent: Spending, next_one: Estimate) -> None:
    """Make sure that the next exchange is within the budget.

    Raises:
        ModelError: It probably is not; nothing was sent.
    """
    expected = spent.tokens + next_one.prompt_tokens + next_one.completion_tokens
    if budget.tokens is not None and expected > budget.tokens:
        raise _over(
            spent,
            cap=f"{budget.tokens:,} tokens",
            expected=f"{expected:,} tokens in all",
            setting="budget-tokens",
        )
    if budget.money is not None and budget.prices is not None:
        price = budget.prices.of(prompt_tokens=next_one.prompt_tokens, completion_tokens=next_one.completion_tokens)
        total = (spent.money or Decimal(0)) + price
        if total > budget.money:
            cap, expected_money = shown_money(budget.money), f"{shown_money(total)} in all"
            raise _over(spent, cap=cap, expected=expected_money, setting="budget-money")
    if budget.seconds is not None and spent.seconds >= budget.seconds:
        raise _over(spent, cap=f"{budget.seconds:g} s", expected="more", setting="budget-seconds")


def tokens_left(budget: Budget, *, spent: Spending, prompt_tokens: int) -> int | None:
    """Give how long the next answer may be, in tokens, before it leaves the budget; ``None``: nothing caps it."""
    left = []
    if budget.tokens is not None:
        left.append(budget.tokens - spent.tokens - prompt_tokens)
    if budget.money is not None and budget.prices is not None and budget.prices.received:
        sent = budget.prices.of(prompt_tokens=prompt_tokens, completion_tokens=0)
        rest = budget.money - (spent.money or Decimal(0)) - sent
        left.append(int(rest * _MILLION / budget.prices.received))
    return max(1, min(left)) if left else None


def shown_money(money: Decimal) -> str:
    """Write a sum of money: four places after the point, which a cheap request needs."""
    return f"{money:.4f}"


def _over(spent: Spending, *, cap: str, expected: str, setting: str) -> ModelError:
    return ModelError(
        f"The budget does not allow another request: {cap} are the most, and it would come to about {expected}.",
        details=(f"spent so far: {spent}",),
        hint=f"Raise `{setting}` under [tool.autotransform.model], or name fewer things in the request.",
    )
