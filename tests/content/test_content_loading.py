"""A folder of YAML becomes a Skill."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hassil import Intents, recognize

from voice_skill.content import load
from voice_skill.domain.errors import ContentError, UsageError
from voice_skill.domain.knowledge import (
    AlarmRule,
    AlarmWords,
    Beat,
    Routine,
    Screen,
    Site,
    Source,
    SpecialGroup,
    Statement,
    Step,
)
from voice_skill.domain.language import Lexicon, Phrase, Thresholds
from voice_skill.domain.manner import NightRules
from voice_skill.domain.model import Level

LIGHTS = """
    skill: {name: lights}
    intents:
      turn_on:
        data:
          - sentences: ["turn on [the] {room} (light|lights)"]
            slots: {brightness: 100}
    lists:
      room:
        values: [kitchen, {in: living room, out: lounge}]
    """

LOCALES = """
    locales:
      fallback: {emergency_spoken: your local number, urgent: a doctor, provider: a doctor}
      en-NZ: {emergency_spoken: one one one, urgent: Healthline, provider: your G P}
    """


def test_a_folder_with_intents_alone_is_a_skill_without_knowledge(
    folder: Callable[..., Path],
) -> None:
    skill = load(folder(lights=LIGHTS), locale=None)
    assert skill.name == "lights"
    assert skill.knowledge is None
    assert skill.language.templates == {
        "language": "en",
        "intents": {
            "turn_on": {
                "data": [
                    {
                        "sentences": ["turn on [the] {room} (light|lights)"],
                        "slots": {"brightness": 100},
                    }
                ]
            }
        },
        "lists": {"room": {"values": ["kitchen", {"in": "living room", "out": "lounge"}]}},
        "expansion_rules": {},
        "skip_words": [],
    }


def test_hassil_understands_what_was_loaded(folder: Callable[..., Path]) -> None:
    templates = load(folder(lights=LIGHTS), locale=None).language.templates
    result = recognize("turn on the living room lights", Intents.from_dict(dict(templates)))
    assert result is not None
    assert {e.name: e.value for e in result.entities_list} == {"room": "lounge", "brightness": 100}


def test_a_skill_without_a_name_is_called_after_its_folder(folder: Callable[..., Path]) -> None:
    path = folder(a="intents: {go: {data: [{sentences: [go]}]}}")
    assert load(path).name == path.name


def test_files_of_all_depths_are_merged_and_other_files_ignored(
    folder: Callable[..., Path],
) -> None:
    path = folder(lights=LIGHTS)
    (path / "more").mkdir()
    (path / "more" / "phrases.yaml").write_text("phrases: {turn_on: [lights please]}")
    (path / "notes.txt").write_text("{ not YAML")
    skill = load(path)
    assert skill.language.phrases == (Phrase("lights please", "turn_on"),)


def test_several_files_may_add_sentences_and_phrases_to_one_intent(
    folder: Callable[..., Path],
) -> None:
    skill = load(
        folder(
            a="""
            language: en
            intents: {go: {data: [{sentences: [go]}]}}
            phrases: {go: [off we go]}
            """,
            b="""
            language: en
            intents: {go: {data: [{sentences: [start]}]}}
            phrases: {go: [let us start]}
            """,
        )
    )
    assert skill.language.templates["intents"] == {
        "go": {"data": [{"sentences": ["go"]}, {"sentences": ["start"]}]}
    }
    assert [phrase.text for phrase in skill.language.phrases] == ["off we go", "let us start"]


def test_yes_no_on_and_off_are_words(folder: Callable[..., Path]) -> None:
    skill = load(folder(a="phrases: {answer: [yes, no, on, off]}\nintents: {answer: {data: []}}"))
    assert [phrase.text for phrase in skill.language.phrases] == ["yes", "no", "on", "off"]


def test_anchors_are_followed(folder: Callable[..., Path]) -> None:
    skill = load(folder(a="intents: {go: {data: []}}\nphrases: {go: &p [go on]}\ndecoys: *p"))
    assert skill.language.decoys == ("go on",)


def test_the_language(folder: Callable[..., Path]) -> None:
    skill = load(
        folder(
            a="""
            language: en
            skip_words: [um]
            intents: {stop: {data: [{sentences: ["(stop|halt)"]}]}}
            lists: {n: {range: {from: 1, to: 10}}}
            expansion_rules: {times: "{n} times"}
            states: {idle: [stop], routine: [stop]}
            commands: [stop]
            negatives: [bus stop]
            decoys: [stop the bus]
            evidence: {stop: [END]}
            lexicon:
              concepts: {END: [stop, finish]}
              aliases: [{heard: stock, means: stop}, {heard: calm, means: calf, near: [cramp]}]
              contractions: {"it's": it is}
              fillers: [please]
            thresholds: {accept: 0.7, confirm: 0.5, margin: 0.2, gate: -1, chosen_on: half one}
            """
        )
    ).language
    assert skill.templates["lists"] == {"n": {"range": {"from": 1, "to": 10, "step": 1}}}
    assert skill.templates["expansion_rules"] == {"times": "{n} times"}
    assert skill.states == {"idle": ("stop",), "routine": ("stop",)}
    assert (skill.commands, skill.negatives) == (("stop",), ("bus stop",))
    assert (skill.decoys, skill.evidence) == (("stop the bus",), {"stop": ("END",)})
    assert skill.lexicon == Lexicon(
        concepts={"stop": "END", "finish": "END"},
        aliases={"stock": "stop", "calm": "calf"},
        near={"calm": ("cramp",)},
        contractions={"it's": "it is"},
        fillers=("please",),
    )
    assert skill.thresholds == Thresholds(
        accept=0.7, confirm=0.5, margin=0.2, gate=-1.0, chosen_on="half one"
    )


def test_the_knowledge(folder: Callable[..., Path]) -> None:
    knowledge = load(
        folder(
            locales=LOCALES,
            a="""
            intents: {report: {data: [{sentences: ["{site} {trigger}"]}]}}
            lists: {site: {values: [toe]}, trigger: {values: [standing]}}
            sources: {article: {title: T, at: here, spoken: the article, read: excerpt, weak: true}}
            causes:
              overuse:
                say: It may be overuse. That is common.
                origin: article
                sources: [article]
                claims: [S11]
                suggested_by: ["trigger=standing"]
                order: 2
                routine: circles
                short: It may be overuse.
            sites: {toe: {spoken: your toe, say: [Toes twitch.], origin: product, exercise: true}}
            screens:
              urgent_screen: {ask: Any pain?, on_yes: R01, on_unclear: same_day, before: routine}
            alarm_rules:
              R01:
                name: chest
                level: emergency_now
                say: [Call now.]
                match: [[[chest], [pain*]]]
                exclude: [no pain]
                origin: product
            alarm_words: {words: [chest], exclude: [chest of drawers], negations: ["no"]}
            groups: {pregnancy: {say: [Ask first.], origin: product, blocks: [circles]}}
            routines:
              circles:
                spoken: ankle circles
                origin: product
                guard: [cramp, pregnancy]
                screened: false
                timer_seconds: 600
                on_timer: R01
                steps:
                  - id: turn
                    say: Turn {foot}.
                    count: 10
                    beats: [{say: "{count}", seconds: 4}]
                    side: affected
                    direction: inward
                    repeat_up_to: 2
                    skip_if: [pregnancy]
                  - {id: ask, ask: Better?, on_yes: end, on_no: turn}
                  - {id: end, say: Done.}
            prompts: {heard: [I heard you., Yes. Go on.]}
            intent_names: {report: a report}
            levels: {emergency_now: [Stop., "Call {emergency_spoken}."], same_day: [Call today.]}
            night_prompts: {heard: [Yes.]}
            settings:
              day_or_so_hours: 30
              paces: [0.5, 1, 2]
              silence_seconds: 15
              night: {sentences: 2, silence_seconds: 40, paused_seconds: 90}
            """,
        )
    ).knowledge
    assert knowledge is not None
    assert knowledge.sources == {
        "article": Source("article", "T", "here", "the article", "excerpt", True)
    }
    assert knowledge.causes == {
        "overuse": Statement(
            "overuse",
            say=("It may be overuse.", "That is common."),
            origin="article",
            sources=("article",),
            claims=("S11",),
            suggested_by=("trigger=standing",),
            order=2,
            routine="circles",
            short=("It may be overuse.",),
        )
    }
    assert knowledge.sites == {
        "toe": Site("toe", "your toe", ("Toes twitch.",), "product", (), exercise=True)
    }
    assert knowledge.screens == {
        "urgent_screen": Screen(
            "urgent_screen", "Any pain?", "R01", "same_day", (), before="routine"
        )
    }
    assert knowledge.rules == {
        "R01": AlarmRule(
            "R01", "chest", Level.EMERGENCY_NOW, ("Call now.",), ((("chest",), ("pain*",)),),
            "product", (), ("no pain",),
        )
    }  # fmt: skip
    assert knowledge.alarm_words == AlarmWords(("chest",), ("chest of drawers",), ("no",))
    assert knowledge.groups == {
        "pregnancy": SpecialGroup("pregnancy", ("Ask first.",), "product", (), ("circles",))
    }
    turn = Step(
        "turn", ("Turn {foot}.",), (), count=10, beats=(Beat("{count}", 4.0),), side="affected",
        direction="inward", repeat_up_to=2, skip_if=("pregnancy",),
    )  # fmt: skip
    ask = Step("ask", (), (), ask="Better?", on_yes="end", on_no="turn")
    assert knowledge.routines == {
        "circles": Routine(
            "circles", "ankle circles", (turn, ask, Step("end", ("Done.",), ())), "product", (),
            guard=("cramp", "pregnancy"), screened=False, timer_seconds=600.0, on_timer="R01",
        )
    }  # fmt: skip
    assert knowledge.prompts == {"heard": ("I heard you.", "Yes. Go on.")}
    assert knowledge.intent_names == {"report": "a report"}
    assert knowledge.levels[Level.EMERGENCY_NOW] == ("Stop.", "Call {emergency_spoken}.")
    assert (knowledge.day_or_so_hours, knowledge.paces) == (30.0, (0.5, 1.0, 2.0))
    assert knowledge.night_prompts == {"heard": ("Yes.",)}
    assert knowledge.silence_seconds == 15.0
    assert knowledge.night == NightRules(2, 40.0, 90.0)


def test_the_locale_is_the_fallback_unless_one_is_named(folder: Callable[..., Path]) -> None:
    path = folder(locales=LOCALES)
    assert load(path, locale=None).knowledge.locale.provider == "a doctor"
    assert load(path, locale="en-NZ").knowledge.locale.emergency_spoken == "one one one"
    assert load(path, locale="en_nz").knowledge.locale.id == "en-NZ"


def test_an_unknown_locale_is_refused_with_those_that_there_are(
    folder: Callable[..., Path],
) -> None:
    with pytest.raises(UsageError, match='there is no locale "de-DE"') as caught:
        load(folder(locales=LOCALES), locale="de-DE")
    assert caught.value.hint == "Choose one of: en-NZ, fallback."


def test_the_digest_changes_with_any_byte_and_any_name(folder: Callable[..., Path]) -> None:
    path = folder(a="intents: {go: {data: [{sentences: [go]}]}}", b="decoys: [x]")
    first = load(path).digest
    assert load(path).digest == first
    (path / "b.yaml").write_text("decoys: [y]")
    second = load(path).digest
    (path / "b.yaml").rename(path / "c.yaml")
    assert len({first, second, load(path).digest}) == 3


def test_a_folder_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="does not exist") as caught:
        load(tmp_path / "nowhere")
    assert "--skill" in caught.value.hint


def test_a_file_in_place_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("intents: {}")
    with pytest.raises(ContentError, match="is a file, not a folder"):
        load(tmp_path / "a.yaml")


def test_a_folder_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="cannot be read: File name too long"):
        load(tmp_path / ("x" * 5000))


def test_a_folder_without_yaml(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="holds no YAML file") as caught:
        load(tmp_path)
    assert "docs/authoring.md" in caught.value.hint


def test_all_problems_come_at_once_with_what_to_do(folder: Callable[..., Path]) -> None:
    path = folder(a="decoys: word\nnegatives: word", b="commands: 5")
    with pytest.raises(ContentError) as caught:
        load(path)
    assert str(caught.value) == f"the skill in {path} cannot be loaded: 3 problems"
    assert caught.value.hint.endswith(f"voice-skill check {path}")
    assert caught.value.problems == (
        f'{path}/a.yaml:1:9: expected a list, found "word"',
        f'{path}/a.yaml:2:12: expected a list, found "word"',
        f'{path}/b.yaml:1:11: expected a list, found "5"',
    )
