"""What is counted before, on the way and after."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from autotransform.author.messages import Message
from autotransform.author.spending import (
    Budget,
    Estimate,
    Prices,
    Spending,
    estimate_exchange,
    require_budget,
    tokens_left,
)
from autotransform.config import ModelConfig
from autotransform.errors import ModelError

PRICES = Prices(sent=Decimal(2), received=Decimal(10))
SPENT = Spending(requests=1, prompt_tokens=1_000, completion_tokens=500, money=Decimal("0.007"), seconds=9.6)
NEXT = Estimate(prompt_tokens=2_000, completion_tokens=500)


def test_a_million_tokens_cost_what_they_cost() -> None:
    assert PRICES.of(prompt_tokens=1_000_000, completion_tokens=0) == 2
    assert PRICES.of(prompt_tokens=0, completion_tokens=1_000_000) == 10
    # In binary fractions 0.1 + 0.2 is more than 0.3, which would break a budget of 0.3.
    assert Budget.of(ModelConfig(name="m", prices={"m": (0.1, 0.2)}, budget_money=0.3)) == Budget(
        money=Decimal("0.3"), prices=Prices(sent=Decimal("0.1"), received=Decimal("0.2"))
    )


def test_by_default_nothing_is_capped() -> None:
    budget = Budget.of(ModelConfig())

    assert budget == Budget()
    require_budget(budget, spent=replace(SPENT, seconds=1e9), next_one=NEXT)
    assert tokens_left(budget, spent=SPENT, prompt_tokens=10) is None


def test_money_without_prices_cannot_be_capped() -> None:
    with pytest.raises(ModelError, match="nothing says what m costs"):
        Budget.of(ModelConfig(name="m", budget_money=1.0, prices={"other": (1.0, 1.0)}))


def test_a_price_of_nothing_is_a_price() -> None:
    budget = Budget.of(ModelConfig(name="m", budget_money=0.0, prices={"m": (0.0, 0.0)}))

    require_budget(budget, spent=SPENT if SPENT.money == 0 else replace(SPENT, money=Decimal(0)), next_one=NEXT)
    assert tokens_left(budget, spent=replace(SPENT, money=Decimal(0)), prompt_tokens=10) is None


@pytest.mark.parametrize(
    ("budget", "allowed"),
    [
        (Budget(tokens=4_000), True),
        (Budget(tokens=3_999), False),
        (Budget(money=Decimal("0.016"), prices=PRICES), True),
        (Budget(money=Decimal("0.0159"), prices=PRICES), False),
        (Budget(seconds=9.7), True),
        (Budget(seconds=9.6), False),
    ],
)
def test_the_last_that_is_allowed_and_the_first_that_is_not(budget: Budget, *, allowed: bool) -> None:
    if allowed:
        require_budget(budget, spent=SPENT, next_one=NEXT)
        return
    with pytest.raises(ModelError, match="does not allow another request") as caught:
        require_budget(budget, spent=SPENT, next_one=NEXT)

    assert caught.value.details == (f"spent so far: {SPENT}",)
    assert "Raise `budget-" in caught.value.hint


def test_what_is_left_for_an_answer() -> None:
    assert tokens_left(Budget(tokens=4_000), spent=SPENT, prompt_tokens=2_000) == 500
    assert tokens_left(Budget(tokens=10), spent=SPENT, prompt_tokens=2_000) == 1
    money = Budget(money=Decimal("0.016"), prices=PRICES)
    assert tokens_left(money, spent=SPENT, prompt_tokens=2_000) == 500
    assert tokens_left(replace(money, tokens=3_600), spent=SPENT, prompt_tokens=2_000) == 100


def test_a_prompt_is_estimated_rather_too_long() -> None:
    code = "from datetime import datetime, timezone\n\n\ndef now() -> datetime:\n    return datetime.now()\n"

    estimate = estimate_exchange((Message(role="user", content=code),), longest_answer=0, max_tokens=8_192)

    # Never fewer than one for four characters, which is what English and Python have with common tokenizers.
    assert len(code) / 4 < estimate.prompt_tokens < len(code) / 2
    assert estimate.completion_tokens == 2_000
    assert estimate_exchange((), longest_answer=5_000, max_tokens=8_192).completion_tokens == 5_000
    assert estimate_exchange((), longest_answer=5_000, max_tokens=1_024).completion_tokens == 1_024


def test_the_sum_is_a_sentence() -> None:
    assert str(Spending()) == "0 requests"
    assert str(Spending(cached=2)) == "0 requests and 2 answers from the log, which cost nothing"
    assert str(SPENT) == "1 request; 1,000 tokens sent, 500 received; 0.0070 at the configured prices; 10 s"
    assert "about 0.0070" in str(replace(SPENT, is_estimated=True))
