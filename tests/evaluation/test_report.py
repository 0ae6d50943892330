"""The page of a test: what a person finds on it, and what it must never do."""

from __future__ import annotations

import base64
import hashlib
import re
import stat
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from voice_skill.domain.errors import UsageError
from voice_skill.evaluation.clips import Clips, link_to
from voice_skill.evaluation.conditions import Conditions
from voice_skill.evaluation.report import write_report
from voice_skill.evaluation.results import Outcome, Result
from voice_skill.evaluation.summary import summarise
from voice_skill.files import extras

CLEAN: Any = {"noise": None, "snr": None, "room": None, "gain": 0.0, "speed": 1.0}
RATE = 16_000


def result(text: str = "my toe twitches", **given: Any) -> Result:
    """Return a tested utterance that is right, but for what is given."""
    row: dict[str, Any] = {
        "source": "manifest.jsonl:1",
        "audio": None,
        "text": text,
        "intent": "report_symptom",
        "slots": {},
        "label": "given",
        "state": "idle",
        "tags": [],
        "heard": text,
        "hypotheses": [{"decoder": "open", "text": text, "score": -12.0}],
        "decision": "act",
        "screen": None,
        "got_intent": "report_symptom",
        "got_slots": {"site": "toe"},
        "confidence": 0.83,
        "candidates": [{"name": "report_symptom", "confidence": 0.83}],
        "outcome": "right",
        "right_after_question": False,
        "why": ["+0.40 for report_symptom"],
        "word_errors": None,
        "words": None,
        "audio_seconds": 0.0,
        "cost_seconds": 0.002,
        "latency_seconds": 0.002,
        "understand_seconds": 0.002,
        "condition": CLEAN,
    }
    return {**row, **given}  # type: ignore[typeddict-item]


def failed(text: str = "my toe twitches", outcome: Outcome = "acted_wrong", **given: Any) -> Result:
    """Return one that was taken for a wish to end."""
    return result(text, outcome=outcome, got_intent="stop", **given)


def summary(results: Sequence[Result], **given: Any) -> dict[str, Any]:
    """Return the whole report of these results."""
    thresholds = {"accept": 0.6, "confirm": 0.4, "margin": 0.1, "chosen_on": "a set of examples"}
    whole = summarise(
        results,
        planned=len(results),
        seed=1,
        skill="foot-twitches",
        thresholds=thresholds,
        profile="laptop",
    )
    return {**whole, **given}


def page(folder: Path, results: Sequence[Result], **given: Any) -> str:
    """Write a report and return its text."""
    write_report(folder / "report.html", summary(results, **given))
    return (folder / "report.html").read_text("utf-8")


class Elements(HTMLParser):
    """Every element with its attributes, and all text outside of style and script."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside not in ("style", "script"):
            self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Return the attributes of every element of that name."""
        return [attributes for name, attributes in self.found if name == tag]


def recording(path: Path, seconds: float = 0.5) -> Path:
    """Write a recording of a tone."""
    times = np.arange(int(seconds * RATE)) / RATE
    soundfile.write(path, 0.3 * np.sin(2 * np.pi * 300 * times), RATE, subtype="PCM_16")
    return path


def heard(path: Path, **given: Any) -> Result:
    """Return a failure that was heard from a recording."""
    return failed(audio=str(path), audio_seconds=0.5, word_errors=1, words=3, **given)


class TestWhatItHolds:
    def test_figures_confusions_and_failures(self, tmp_path: Path) -> None:
        refused = result("what a day", intent=None, got_intent=None, outcome="refused_rightly")
        text = Elements(page(tmp_path, [result(), failed(), refused])).text
        for words in (
            "Tested with 3 utterances: 2 to be understood, 1 to be refused.",
            "1 of 2",
            "not for us",
            "stop site=toe (0.83)",
            "acted on wrongly",
        ):
            assert words in text, words

    def test_a_confusion_stands_where_its_row_and_column_meet(self, tmp_path: Path) -> None:
        cells = Elements(page(tmp_path, [failed(), failed(), result()])).all("td")
        titles = [(cell.get("title"), cell.get("class")) for cell in cells if cell.get("title")]
        assert titles == [
            ("report_symptom: report_symptom", "right-2"),
            ("report_symptom: stop", "wrong-4"),
        ]

    def test_noise_has_levels_of_its_own(self, tmp_path: Path) -> None:
        loud = {**CLEAN, "noise": "tap", "snr": 6.0}
        sounding = recording(tmp_path / "a.wav")
        rows = [heard(sounding), heard(sounding, condition=loud, source="manifest.jsonl:2")]
        text = Elements(page(tmp_path, rows)).text
        assert "no noise added" in text
        assert "6 dB above tap" in text

    def test_an_empty_result_set(self, tmp_path: Path) -> None:
        unheard = [{"source": "a:1", "audio": "a.wav", "error": "there is no file", "hint": ""}]
        text = Elements(page(tmp_path, [], unheard=unheard, planned=1)).text
        assert "Nothing was tested" in text
        assert "a:1: there is no file" in text

    def test_a_test_that_was_broken_off_says_so(self, tmp_path: Path) -> None:
        assert "7 of 8 were not tested" in page(tmp_path, [result()], planned=8)

    def test_all_right(self, tmp_path: Path) -> None:
        assert "Nothing failed." in page(tmp_path, [result()])

    def test_two_thousand_rows(self, tmp_path: Path) -> None:
        intents = [f"intent_{number:02}" for number in range(40)]
        rows = [
            failed(f"sentence {number}", intent=intents[number % 40], tags=[f"voice:{number % 9}"])
            for number in range(2000)
        ]
        text = page(tmp_path, rows)
        assert text.count('<tr role="row" data-outcome=') == 2000
        assert len(text) < 6 * 2**20

    def test_it_is_for_its_owner_alone(self, tmp_path: Path) -> None:
        page(tmp_path, [result()])
        assert stat.S_IMODE((tmp_path / "report.html").stat().st_mode) == 0o600

    def test_the_same_results_give_the_same_page(self, tmp_path: Path) -> None:
        assert page(tmp_path, [result(), failed()]) == page(tmp_path, [result(), failed()])


class TestWhatItMustNeverDo:
    def test_a_sentence_is_never_markup(self, tmp_path: Path) -> None:
        hostile = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&"
        row = failed(
            hostile,
            why=[hostile],
            tags=[hostile],
            source=hostile,
            got_slots={hostile: hostile},
            heard=hostile,
            condition={**CLEAN, "room": hostile},
        )
        elements = Elements(page(tmp_path, [row], skill=hostile))
        assert len(elements.all("script")) == 1
        assert elements.all("img") == []
        assert hostile in elements.text
        assert not any(
            name.startswith("on") for _, attributes in elements.found for name in attributes
        )

    def test_it_asks_nothing_of_any_network(self, tmp_path: Path) -> None:
        text = page(tmp_path, [heard(recording(tmp_path / "a.wav"))])
        assert re.findall(r"(?i)https?:|//[a-z0-9]|@import|url\(", _without_clips(text)) == []
        elements = Elements(text)
        for attributes in (a for _, a in elements.found):
            source = attributes.get("src")
            assert source is None or source.startswith("data:audio/flac;base64,")
            assert (attributes.get("href") or "#").startswith(("#", "./"))
        assert {"link", "iframe", "object", "embed", "base"}.isdisjoint(
            t for t, _ in elements.found
        )

    def test_its_policy_allows_its_own_style_and_script_only(self, tmp_path: Path) -> None:
        text = page(tmp_path, [failed()])
        policy = Elements(text).all("meta")[1]["content"]
        assert policy is not None
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        for tag in ("style", "script"):
            inside = re.findall(rf"(?s)<{tag}>(.*?)</{tag}>", text)
            digest = base64.b64encode(hashlib.sha256(inside[0].encode()).digest()).decode()
            assert f"{tag}-src 'sha256-{digest}'" in policy
        assert not any("style" in attributes for _, attributes in Elements(text).found)

    @settings(
        max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(text=st.text(st.characters(codec=None), max_size=40))
    def test_any_text_can_be_said(self, tmp_path: Path, text: str) -> None:
        elements = Elements(page(tmp_path, [failed(text, tags=[text or "-"], why=[text])]))
        assert len(elements.all("script")) == 1

    @pytest.mark.parametrize("name", ["javascript:alert(1).wav", "a#b?c%d.wav", "a\udcff.wav"])
    def test_a_link_leads_to_a_file_whatever_its_name(self, tmp_path: Path, name: str) -> None:
        link = link_to(tmp_path / name, tmp_path)
        assert re.fullmatch(r"\./[A-Za-z0-9_.%()-]+", link)
        assert ":" not in link


def _without_clips(text: str) -> str:
    return re.sub(r'src="data:[^"]*"', "", text)


class TestRecordings:
    def test_a_failure_can_be_listened_to(self, tmp_path: Path) -> None:
        sounding = recording(tmp_path / "a.wav")
        [audio] = Elements(page(tmp_path, [heard(sounding)])).all("audio")
        samples = _decoded(audio["src"], tmp_path)
        assert np.array_equal(samples, soundfile.read(sounding, dtype="int16")[0])

    def test_it_sounds_as_it_was_heard(self, tmp_path: Path) -> None:
        conditions = Conditions(gain_db=-20.0)
        row = heard(recording(tmp_path / "a.wav"), condition={**CLEAN, "gain": -20.0})
        write_report(tmp_path / "report.html", summary([row]), conditions)
        [audio] = Elements((tmp_path / "report.html").read_text("utf-8")).all("audio")
        assert np.abs(_decoded(audio["src"], tmp_path)).max() == pytest.approx(983, abs=5)

    def test_where_the_condition_is_not_known_it_says_so(self, tmp_path: Path) -> None:
        row = heard(recording(tmp_path / "a.wav"), condition={**CLEAN, "gain": -20.0})
        text = page(tmp_path, [row])
        assert "the recording itself, not as it was heard in the test" in text

    def test_a_missing_file_is_said_in_its_row(self, tmp_path: Path) -> None:
        elements = Elements(page(tmp_path, [heard(tmp_path / "gone.wav")]))
        assert elements.all("audio") == []
        assert f"no sound: there is no file {tmp_path / 'gone.wav'}" in elements.text

    def test_too_many_become_links(self, tmp_path: Path) -> None:
        row = heard(recording(tmp_path / "a.wav"))
        one = Clips(tmp_path / "report.html", None).of(row)
        assert one is not None
        clips = Clips(tmp_path / "report.html", None, most_bytes=5 * len(one.data) // 2)
        offered = [clips.of(row) for _ in range(4)]
        assert offered[:2] == [one, one]
        outside = [clip for clip in offered[2:] if clip and not clip.data]
        assert {(clip.link, clip.remark) for clip in outside} == {
            ("./a.wav", "not in the page, which would grow too large: the file")
        }

    def test_text_alone_has_none(self, tmp_path: Path) -> None:
        assert Clips(tmp_path / "report.html", None).of(result()) is None


def _decoded(source: str | None, folder: Path) -> Any:
    assert source is not None
    path = folder / "clip.flac"
    path.write_bytes(base64.b64decode(source.removeprefix("data:audio/flac;base64,")))
    return soundfile.read(path, dtype="int16")[0]


@pytest.fixture
def without_jinja(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(extras.importlib.util, "find_spec", lambda name: None)
    yield


@pytest.mark.usefixtures("without_jinja")
def test_without_its_library_it_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        write_report(tmp_path / "report.html", summary([result()]))
    assert "pip install" in caught.value.hint
    assert not (tmp_path / "report.html").exists()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        write_report(tmp_path / "nowhere" / "report.html", summary([result()]))
