"""The diary in a dialogue: what is noted, when it is said to be, and what is never noted."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest
from small_knowledge import KNOWLEDGE
from talk import Talk, meaning

from voice_skill.domain.diary import DiaryWords, Episode
from voice_skill.domain.diary_words import asks_to, named, period_of, stands_in
from voice_skill.domain.events import (
    ChangeDiary,
    DiaryChanged,
    DiaryFailed,
    DiaryNoted,
    DiaryRead,
    Heard,
    NoteEpisode,
)
from voice_skill.domain.spoken_times import spoken_clock, spoken_when

NIGHT = datetime.datetime(2026, 3, 3, 2, 30, tzinfo=datetime.timezone.utc)
WORDS = DiaryWords(requests={"keep": ("keep a diary",), "last": ("last entry",)})


class Diary(Talk):
    """A talk with a diary that is kept on, unless told otherwise; it is half past two at night."""

    def __init__(self, *, kept: bool = True, episodes: tuple[Episode, ...] = ()) -> None:
        super().__init__(replace(KNOWLEDGE, diary_words=WORDS))
        self.now = NIGHT
        self._handle(DiaryRead(exists=kept, kept=kept, episodes=episodes))

    def hear(self, intent: str, text: str = "", **slots: str | float) -> str:
        return self._handle(Heard(replace(meaning(intent, **slots), text=text), moment=self.now))

    @property
    def note(self) -> NoteEpisode | None:
        return next((a for a in self.actions if isinstance(a, NoteEpisode)), None)

    def written(self, number: int = 1) -> str:
        """What is said once the last note is on the disk."""
        assert self.note is not None
        return self._handle(DiaryNoted(number, self.note.aloud))


def test_without_being_wanted_nothing_is_noted() -> None:
    diary = Diary(kept=False)
    diary.hear("report_symptom", site="toe", sensation="twitch")
    assert diary.note is None


def test_a_report_is_noted_with_what_was_told_and_nothing_more() -> None:
    diary = Diary()
    diary.hear("report_symptom", site="toe", side="left", sensation="twitch", duration=3.0)
    assert diary.note is not None
    assert diary.note.episode == Episode(NIGHT, "toe", "left", "twitch", hours=3.0)
    assert diary.written() == ""


def test_the_episode_is_completed_by_its_routine_and_whether_it_helped() -> None:
    diary = Diary()
    diary.hear("report_symptom", site="toe", sensation="twitch")
    diary.written(7)
    diary.start("ankle_circles")
    assert diary.note is not None
    assert (diary.note.episode.id, diary.note.episode.routine) == (7, "ankle_circles")
    diary.say("stop")
    diary.say("not_helped")
    assert diary.note is not None
    assert diary.note.episode.helped is False


def test_another_place_and_another_hour_are_other_episodes() -> None:
    diary = Diary()
    diary.hear("report_symptom", site="toe", sensation="twitch")
    diary.written(1)
    diary.hear("report_symptom", site="calf", sensation="twitch")
    assert diary.note is not None and diary.note.episode.id is None
    diary.written(2)
    diary.now = NIGHT + datetime.timedelta(hours=2)
    diary.hear("report_symptom", site="calf", sensation="twitch")
    assert diary.note is not None and diary.note.episode == Episode(
        diary.now, "calf", sensation="twitch"
    )


def test_it_is_confirmed_aloud_only_after_it_was_written() -> None:
    diary = Diary()
    assert diary.hear("diary_log", "log it") == ""
    assert diary.written() == "[diary_noted_bare]."


def test_what_could_not_be_written_is_said_once_and_tried_again() -> None:
    diary = Diary()
    diary.hear("report_symptom", site="toe", sensation="twitch")
    assert diary._handle(DiaryFailed("full")).startswith("[diary_full].")
    diary.hear("no")
    assert diary.note is not None and diary.note.episode.site == "toe"
    assert diary._handle(DiaryFailed("full")) == ""
    diary.hear("diary_log", "log it")
    assert diary._handle(DiaryFailed("full", aloud=True)) == "[diary_full]."


def test_a_diary_is_begun_at_once_where_it_was_asked_for_and_else_after_a_question() -> None:
    diary = Diary(kept=False)
    diary.hear("diary_log", "keep a diary")
    assert diary.actions == (ChangeDiary("keep"),)
    diary = Diary(kept=False)
    assert diary.hear("diary_log", "log it") == "[diary_offer]."
    assert diary.hear("no") == "[diary_as_it_is]."
    diary.hear("diary_log", "log it")
    diary.hear("yes")
    assert diary.actions == (ChangeDiary("keep"),)
    assert diary._handle(DiaryChanged("keep")) == "[diary_begun]."


def test_what_was_told_before_is_noted_when_the_diary_begins() -> None:
    diary = Diary(kept=False)
    diary.hear("report_symptom", site="toe", sensation="twitch")
    diary.hear("diary_log", "keep a diary")
    diary._handle(DiaryChanged("keep"))
    assert diary.note is not None and diary.note.episode.site == "toe"


@pytest.mark.parametrize("answer", ["no", "unclear", "the end of something"])
def test_nothing_is_deleted_without_a_clear_yes(answer: str) -> None:
    diary = Diary()
    assert diary.hear("diary_delete", "delete my diary") == "[diary_delete_all]."
    if answer == "no":
        diary.hear("no")
    elif answer == "the end of something":
        assert (
            diary.say(replace(meaning("yes"), cut=True))
            == "[missed_beginning]. [diary_delete_all]."
        )
    else:
        diary.silence()
        diary.silence()
    assert not any(isinstance(action, ChangeDiary) for action in diary.actions)
    diary.hear("diary_delete", "delete my diary")
    diary.hear("yes")
    assert diary.actions == (ChangeDiary("delete_all"),)


def test_a_deleted_entry_is_not_noted_again() -> None:
    diary = Diary()
    diary.hear("report_symptom", site="toe", sensation="twitch")
    diary.written(3)
    diary._handle(DiaryRead(True, True, (Episode(NIGHT, "toe", sensation="twitch", id=3),)))
    diary.hear("diary_delete", "delete the last entry")
    diary.hear("yes")
    assert diary.actions == (ChangeDiary("delete_last", 3),)
    diary._handle(DiaryChanged("delete_last"))
    diary._handle(DiaryRead(True, True, ()))
    diary.hear("ask_causes")
    assert diary.note is None


def test_a_deleted_diary_that_is_begun_again_does_not_note_the_same_again() -> None:
    diary = Diary()
    diary.hear("report_symptom", site="toe", sensation="twitch")
    diary.written(3)
    diary._handle(DiaryChanged("delete_all"))
    diary._handle(DiaryChanged("keep"))
    diary.hear("ask_causes")
    assert diary.note is None
    diary.hear("report_symptom", site="calf", sensation="cramp")
    assert diary.note is not None and diary.note.episode.site == "calf"


def test_of_a_damaged_diary_it_is_said_whether_it_is_kept_on() -> None:
    assert Diary(kept=True)._handle(DiaryFailed("damaged")) == "[diary_damaged]."
    assert Diary(kept=False)._handle(DiaryFailed("damaged")) == "[diary_damaged_off]."


def test_the_second_night_brings_the_advice_once_with_the_blood_test() -> None:
    before = Episode(NIGHT - datetime.timedelta(days=1), "toe", sensation="twitch", id=1)
    diary = Diary(episodes=(before,))
    said = diary.hear("report_symptom", site="foot", sensation="twitch")
    assert said.startswith("[diary_nights_now]. This has gone on for a day. It is time to see a ")
    diary.written(2)
    diary.hear("no")
    assert "[diary_nights_now]" not in diary.hear("report_symptom", site="toe", sensation="twitch")


def test_asleep_it_notes_nothing_that_is_overheard() -> None:
    diary = Diary()
    diary.hear("goodnight")
    diary.hear("report_symptom", site="toe", sensation="twitch")
    assert diary.actions == ()
    assert diary.state.memory.diary.current is None


# ------------------------------------------------------------------ words


def test_words_are_whole_and_in_order() -> None:
    assert stands_in("help*", ("what", "helped"))
    assert not stands_in("last one", ("one", "last"))
    assert not stands_in("nights", ("last", "night"))
    assert named("what helped", {"last": ("when",), "helped": ("help*",)}, ("last", "helped"))
    assert period_of("how many this week", DiaryWords(periods={"this_week": ("this week",)}))
    assert not asks_to("keep", "keep track of this", WORDS)


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("2026-03-03T02:10", "tonight, at about two"),
        ("2026-03-02T02:40", "last night, at about half past two"),
        ("2026-03-02T15:00", "yesterday, at about three"),
        ("2026-02-26T23:50", "on Thursday night, at about midnight"),
        ("2026-02-27T12:05", "on Friday, at about noon"),
        ("2026-02-17T12:05", "fourteen days ago"),
        ("2025-01-01T12:05", "more than three months ago"),
        ("2030-01-01T12:05", "at a later date by my clock"),
    ],
)
def test_a_time_is_said_as_one_would_say_it(at: str, said: str) -> None:
    when = datetime.datetime.fromisoformat(at).replace(tzinfo=datetime.timezone.utc)
    assert spoken_when(when, NIGHT) == said


def test_every_minute_of_the_day_has_a_name() -> None:
    for minute in range(24 * 60):
        assert spoken_clock(NIGHT.replace(hour=minute // 60, minute=minute % 60))
