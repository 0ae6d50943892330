"""Shares, intervals, the summary of a test, what changed since, and limits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lamp import result

from voice_skill.domain.errors import ContentError
from voice_skill.evaluation.baseline import compare, read_baseline
from voice_skill.evaluation.gates import Limits, broken
from voice_skill.evaluation.results import Result, Summary
from voice_skill.evaluation.statistics import intervals, percentile, ratio
from voice_skill.evaluation.summary import summarise


def summary(*results: Result) -> Summary:
    return summarise(
        results, planned=len(results), seed=1, skill="lamps", thresholds={}, profile="laptop"
    )


OUTCOMES = ("right", "wrong_slots", "acted_wrong", "asked_back", "refused")
OUTSIDE = ("refused_rightly", "asked_out_of_scope", "acted_out_of_scope")


class TestStatistics:
    def test_a_ratio_of_nothing_is_unknown(self) -> None:
        assert ratio([]) is None
        assert ratio([(0, 0)]) is None
        assert ratio([(1, 1), (0, 1), (0, 0)]) == 0.5

    @given(st.lists(st.booleans(), min_size=1, max_size=60), st.integers(0, 9))
    def test_an_interval_holds_its_share(self, right: list[bool], seed: int) -> None:
        parts = {"share": [(float(each), 1.0) for each in right]}
        found = intervals(parts, range(len(right)), seed)["share"]
        assert found is not None
        low, high = found
        assert 0 <= low <= sum(right) / len(right) <= high <= 1
        assert low < high
        assert intervals(parts, range(len(right)), seed)["share"] == found

    def test_all_of_many_is_surer_than_all_of_few(self) -> None:
        few = intervals({"s": [(1.0, 1.0)] * 5}, range(5), 1)["s"]
        many = intervals({"s": [(1.0, 1.0)] * 50}, range(50), 1)["s"]
        assert few == (pytest.approx(0.478, abs=0.001), 1.0)  # Clopper and Pearson's for 5 of 5
        assert many == (pytest.approx(0.929, abs=0.001), 1.0)

    def test_voices_of_one_wording_are_not_independent(self) -> None:
        right = [(float(number < 50), 1.0) for number in range(100)]
        each = intervals({"s": right}, range(100), 1)["s"]
        by_five = intervals({"s": right}, [number // 10 for number in range(100)], 1)["s"]
        assert each is not None
        assert by_five is not None
        assert by_five[1] - by_five[0] > 2 * (each[1] - each[0])

    @pytest.mark.parametrize(("wordings", "width"), [(1, 0.89), (2, 0.81), (20, 0.40)])
    def test_wordings_of_one_share_leave_it_open(self, wordings: int, width: float) -> None:
        half = [(1.0, 1.0), (0.0, 1.0)] * wordings
        groups = [number // 2 for number in range(2 * wordings)]
        found = intervals({"share": half}, groups, 1)["share"]
        assert found is not None
        assert found == pytest.approx((0.5 - width / 2, 0.5 + width / 2), abs=0.005)

    def test_a_word_error_rate_may_be_above_one(self) -> None:
        """One word was said and three were heard, in every wording there is."""
        three_heard = {"word_error_rate": [(2.0, 1.0), (2.0, 1.0)]}
        found = intervals(three_heard, range(2), 1, no_shares=("word_error_rate",))
        assert found == {"word_error_rate": (2.0, 2.0)}

    def test_percentiles(self) -> None:
        assert percentile([], 50) is None
        assert percentile([3, 1, 2], 50) == 2


class TestSummary:
    def test_shares_are_of_what_is_in_and_out_of_scope(self) -> None:
        asked = result("asked_back", right_after_question=True)
        found = summary(*map(result, OUTCOMES), asked, *map(result, OUTSIDE))
        assert (found["utterances"], found["in_scope"], found["out_of_scope"]) == (9, 6, 3)
        assert found["intent_accuracy"] == pytest.approx(2 / 6)
        assert found["intent_slot_accuracy"] == pytest.approx(1 / 6)
        assert found["right_after_question"] == pytest.approx(3 / 6)
        assert found["acted_wrong"] == pytest.approx(1 / 6)
        assert found["asked_back"] == pytest.approx(2 / 6)
        assert found["refused"] == pytest.approx(1 / 6)
        assert found["out_of_scope_acted"] == pytest.approx(1 / 3)
        assert found["out_of_scope_asked"] == pytest.approx(1 / 3)

    @given(st.lists(st.sampled_from((*OUTCOMES, *OUTSIDE)), max_size=30))
    def test_what_came_of_them_adds_up(self, outcomes: list[str]) -> None:
        found = summary(*map(result, outcomes))
        if found["in_scope"]:
            names = ("intent_accuracy", "acted_wrong", "asked_back", "refused")
            assert sum(found[name] for name in names) == pytest.approx(1, abs=1e-5)
        else:
            assert found["intent_accuracy"] is None

    def test_words_and_time_are_of_recordings_alone(self) -> None:
        text = result(audio_seconds=0.0, word_errors=None, words=None, latency_seconds=9.0)
        found = summary(result(word_errors=1), result(cost_seconds=0.4), text)
        assert found["word_error_rate"] == pytest.approx(0.1)
        assert found["cost_per_second"] == pytest.approx(0.15)
        assert found["latency_p95"] == pytest.approx(0.02)

    def test_tags_have_the_same_figures(self) -> None:
        found = summary(result(tags=["far"]), result("refused", tags=["far", "slow"]))
        assert found["by_tag"]["far"]["intent_accuracy"] == 0.5
        assert found["by_tag"]["slow"]["utterances"] == 1
        assert set(found["by_tag"]["slow"]["intervals"]) == set(found["intervals"])

    def test_confusions_come_most_often_first(self) -> None:
        dim = result("acted_wrong", got_intent="dim")
        asked = result("asked_out_of_scope", got_intent="stop")
        about_it = result("asked_back", right_after_question=True)
        assert summary(asked, dim, dim, about_it)["confusions"] == [
            {"expected": "turn_on", "got": "dim", "kind": "acted", "count": 2},
            {"expected": None, "got": "stop", "kind": "asked", "count": 1},
        ]

    def test_it_can_be_written_as_json_and_read_as_a_baseline(self, tmp_path: Path) -> None:
        path = tmp_path / "old.json"
        found = summary(result(), result("refused_rightly"))
        path.write_text(json.dumps(found), "utf-8")
        assert read_baseline(path)["results"] == found["results"]


class TestBaseline:
    def test_rows_are_matched_by_what_was_tested_not_by_their_line(self) -> None:
        before = summary(
            result("right", text="one", source="m.jsonl:1"),
            result("right", text="two", source="m.jsonl:2"),
            result("acted_wrong", text="three", source="m.jsonl:3"),
            result("right", text="gone", source="m.jsonl:4"),
        )
        after = summary(
            result("refused", text="two", source="m.jsonl:1"),
            result("right", text="one", source="m.jsonl:2"),
            result("asked_back", text="three", source="m.jsonl:3"),
            result("right", text="new", source="m.jsonl:4"),
        )
        found = compare(before, after)
        assert [(flip.after["text"], flip.is_worse) for flip in found.flips] == [
            ("two", True),
            ("three", False),
        ]
        assert (found.only_before, found.only_after) == (1, 1)

    def test_a_condition_makes_it_another_row(self) -> None:
        noisy = {"noise": "tap", "snr": 6.0, "room": None, "gain": 0.0, "speed": 1.0}
        found = compare(summary(result()), summary(result("refused", condition=noisy)))
        assert not found.flips

    def test_equal_rows_are_matched_in_their_order(self) -> None:
        found = compare(summary(result(), result("refused")), summary(result(), result("refused")))
        assert not found.flips
        assert found.only_before == found.only_after == 0

    @pytest.mark.parametrize(
        "text", ["", "[]", "{}", '{"results": [1]}', '{"results": [{"source": 1}]}', "[" * 9999]
    )
    def test_what_is_no_test_is_no_baseline(self, text: str, tmp_path: Path) -> None:
        path = tmp_path / "old.json"
        path.write_text(text, "utf-8")
        with pytest.raises(ContentError):
            read_baseline(path)


class TestLimits:
    HALF = summary(result(), result("refused"), result("acted_out_of_scope"))

    @pytest.mark.parametrize(
        ("limits", "count"),
        [
            (Limits(), 0),
            (Limits(min_accuracy=0.5, max_false_accepts=1.0), 0),
            (Limits(min_accuracy=0.51), 1),
            (Limits(max_false_accepts=0.9), 1),
            (Limits(min_accuracy=0.6, max_false_accepts=0.0), 2),
        ],
    )
    def test_a_broken_limit_is_a_sentence(self, limits: Limits, count: int) -> None:
        assert len(list(broken(self.HALF, limits, None))) == count

    def test_what_cannot_be_measured_is_not_kept(self) -> None:
        limits = Limits(min_accuracy=0.0, max_false_accepts=1.0)
        assert len(list(broken(summary(), limits, None))) == 2

    def test_not_worse_watches_both_kinds_of_figures(self) -> None:
        before = summary(result(), result(), result("refused_rightly"))
        comparison = compare(before, self.HALF)
        worse = [line.split()[0] for line in broken(self.HALF, Limits(not_worse=0.4), comparison)]
        assert worse == ["intent_accuracy", "intent_slot_accuracy", "out_of_scope_acted"]
        assert not list(broken(before, Limits(not_worse=0.0), compare(before, before)))
