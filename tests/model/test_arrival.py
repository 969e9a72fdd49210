"""What comes back is plain data too."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dispatch.model.arrival import Arrived, Callback, CallbackAnswer, Incoming, Report, arrival_from_json

texts = some.text(some.characters(exclude_categories=["Cs"]), max_size=60)
reports = some.builds(Report, outcome=some.sampled_from(Arrived), reference=texts, key=texts, note=texts)
arrivals = reports | some.builds(Incoming, sender=texts, text=texts, message_id=texts)
tables = some.dictionaries(texts, texts, max_size=3)
calls = some.builds(Callback, method=texts, path=texts, query=tables, headers=tables, body=some.binary(max_size=60))
answers = some.builds(
    CallbackAnswer, status=some.integers(100, 599), body=texts, arrivals=some.lists(arrivals, max_size=3).map(tuple)
)


@given(calls)
def test_a_call_comes_back_from_json_as_it_went(call: Callback) -> None:
    """A channel in another process gets the very bytes that its provider signed."""
    assert Callback.from_json(json.loads(json.dumps(call.to_json()))) == call


@given(answers)
def test_an_answer_comes_back_from_json_with_its_arrivals(answer: CallbackAnswer) -> None:
    """None of them changes its kind."""
    assert CallbackAnswer.from_json(json.loads(json.dumps(answer.to_json()))) == answer


@pytest.mark.parametrize("nonsense", [{}, {"report": {}}, {"report": {"outcome": "read"}}, {"incoming": {"x": "y"}}, {"incoming": 7}])
def test_what_is_no_arrival_is_refused(nonsense: dict[str, object]) -> None:
    """With one kind of error, whatever is wrong with it."""
    with pytest.raises(ValueError):
        arrival_from_json(nonsense)
