"""Prompts into the player's queue."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from voice_skill.audio.player import Player
from voice_skill.conversation.narrator import GAP_SECONDS, Narrator, render_reply
from voice_skill.domain.errors import EngineError
from voice_skill.domain.events import Prompt
from voice_skill.domain.manner import WARNING_FLOOR_DB, Manner, gain_of

RATE = 1000


class Metronome:
    """A voice that needs 0.1 s for every word."""

    sample_rate = RATE

    def __init__(self) -> None:
        self.rates: list[float] = []

    def render(self, sentence: str, *, rate: float = 1.0) -> NDArray[np.int16]:
        self.rates.append(rate)
        return np.full(100 * len(sentence.split()), 500, np.int16)


class Mute:
    """A voice that cannot speak."""

    sample_rate = RATE

    def render(self, sentence: str, *, rate: float = 1.0) -> NDArray[np.int16]:
        raise EngineError(f"cannot say {sentence}")


class Stage:
    """A narrator with its player, and what has ended so far."""

    def __init__(self, voice: Metronome | Mute | None = None) -> None:
        self.voice = voice or Metronome()
        self.player = Player(RATE, on_finished=self._finished)
        self.spoken: list[int] = []
        self.failures: list[str] = []
        self.ended: list[int] = []
        self.narrator = Narrator(
            self.voice,
            self.player,
            spoken=lambda prompt: self.spoken.append(prompt.number),
            failed=lambda error: self.failures.append(str(error)),
        )

    def _finished(self, tag: object) -> None:
        number = self.narrator.ended(tag)
        if number is not None:
            self.ended.append(number)

    def play(self, seconds: float) -> NDArray[np.int16]:
        """Let the narrator do its work, then time pass."""
        while self.narrator.work():
            pass
        return self.player.pull(round(seconds * RATE))


def test_a_prompt_ends_with_its_last_sentence() -> None:
    stage = Stage()
    stage.narrator.say(Prompt(1, ("two words", "three more words")))
    stage.play(0.2 + GAP_SECONDS + 0.2)
    assert stage.ended == []
    assert stage.narrator.busy
    stage.play(0.1)
    assert stage.ended == [1]
    assert not stage.narrator.busy


def test_between_sentences_there_is_a_gap_to_speak_into() -> None:
    stage = Stage()
    stage.narrator.say(Prompt(1, ("one", "two")))
    stage.play(0.1)
    assert not stage.play(GAP_SECONDS).any()
    assert stage.play(0.1).any()


def test_a_newer_prompt_wins() -> None:
    stage = Stage()
    stage.narrator.say(Prompt(1, ("a long sentence of many words",)))
    stage.play(0.2)
    stage.narrator.say(Prompt(2, ("short",)))
    stage.play(1.0)
    assert stage.ended == [2]


def test_an_urgent_prompt_is_slow() -> None:
    stage = Stage()
    stage.narrator.say(Prompt(1, ("call for help",), "urgent"))
    assert isinstance(stage.voice, Metronome)
    assert stage.voice.rates[0] < 1.0


def test_a_counted_word_gives_way_to_the_person_and_to_a_prompt() -> None:
    stage = Stage()
    stage.narrator.say(Prompt(1, ("one",), "count"), person_speaks=True)
    assert stage.spoken == []
    stage.narrator.say(Prompt(2, ("a sentence",)))
    stage.narrator.say(Prompt(3, ("two",), "count"))
    assert stage.spoken == [2]


def test_counted_words_keep_nobody_waiting() -> None:
    stage = Stage()
    stage.narrator.say(Prompt(1, ("one",), "count"))
    assert not stage.narrator.busy
    stage.play(1.0)
    assert stage.ended == []


def test_a_stopped_prompt_never_ends() -> None:
    stage = Stage()
    stage.narrator.say(Prompt(1, ("one two three",)))
    stage.play(0.1)
    stage.narrator.stop()
    stage.play(1.0)
    assert stage.ended == []
    assert not stage.narrator.busy


def test_without_a_voice_the_conversation_goes_on_in_silence() -> None:
    stage = Stage(Mute())
    stage.narrator.say(Prompt(1, ("hello there",)))
    assert stage.failures == ["cannot say hello there"]
    assert stage.narrator.ended_unspoken() == (1,)
    assert stage.narrator.ended_unspoken() == ()
    assert not stage.narrator.busy


def test_louder_and_quieter_move_the_players_volume() -> None:
    stage = Stage()
    stage.narrator.take_on(Manner().changed(-1))
    assert stage.player.volume == pytest.approx(10 ** (-4 / 20))
    stage.narrator.take_on(Manner())
    assert stage.player.volume == 1.0


def test_at_night_it_speaks_low_and_slowly() -> None:
    stage = Stage()
    stage.narrator.take_on(Manner(night=True))
    assert stage.player.volume == pytest.approx(10 ** (-8 / 20))
    assert stage.narrator.rate("answer") == stage.narrator.rate("count") == 0.9


def test_a_warning_at_night_is_as_slow_as_ever_and_never_below_its_floor() -> None:
    stage = Stage()
    stage.narrator.take_on(Manner(loudness_db=-20, night=True).whispered())
    stage.narrator.say(Prompt(1, ("hello there",), "urgent"))
    assert stage.narrator.rate("urgent") == 0.8
    full = np.abs(Metronome().render("hello there", rate=0.8).astype(int)).max()
    loudest = np.abs(stage.player.pull(1000).astype(int)).max()
    assert loudest >= full * gain_of(WARNING_FLOOR_DB) - 1


def test_the_last_words_before_a_silence_are_softer() -> None:
    loudest = []
    for style in ("answer", "soft"):
        stage = Stage()
        stage.narrator.take_on(Manner(night=True))
        stage.narrator.say(Prompt(1, ("hello there",), style))
        loudest.append(np.abs(stage.player.pull(1000).astype(int)).max())
    assert loudest[1] == pytest.approx(loudest[0] / 2, rel=0.02)


def test_a_written_reply_has_pauses() -> None:
    sound = render_reply(Metronome(), ("one two", "three"))
    assert np.count_nonzero(sound) == 300
    assert len(sound) > 300


def test_the_first_sentence_is_rendered_before_the_rest() -> None:
    stage = Stage()
    stage.narrator.say(Prompt(1, ("one", "two", "three")))
    assert isinstance(stage.voice, Metronome)
    assert len(stage.voice.rates) == 1
    assert stage.narrator.work()
    assert len(stage.voice.rates) == 2
    assert stage.narrator.work()
    assert not stage.narrator.work()
    stage.play(0.3 + 2 * GAP_SECONDS)
    assert stage.ended == [1]
    assert stage.narrator.sentences_ended == 3


def test_a_prompt_that_was_stopped_is_not_rendered_to_its_end() -> None:
    stage = Stage()
    stage.narrator.say(Prompt(1, ("one", "two", "three")))
    stage.narrator.stop()
    assert not stage.narrator.work()
    assert not stage.play(5).any()


def test_what_comes_next_is_rendered_ahead_and_then_said_at_once() -> None:
    stage = Stage()
    stage.narrator.prepare(Prompt(7, ("ten more words",)))
    assert stage.narrator.work()
    rendered = len(stage.voice.rates)
    stage.narrator.say(Prompt(8, ("ten more words",)))
    assert len(stage.voice.rates) == rendered
    assert stage.play(0.3).all()


def test_fixed_sentences_are_rendered_one_a_call_when_nothing_else_goes_on() -> None:
    stage = Stage()
    stage.narrator.prepare_fixed(["good night", "good morning"])
    assert not stage.narrator.work(idle=False)
    stage.narrator.say(Prompt(1, ("busy",)))
    assert not stage.narrator.work()
    stage.play(0.1)
    rendered = len(stage.voice.rates)
    assert stage.narrator.work()
    assert len(stage.voice.rates) == rendered + 1
    assert stage.narrator.work()
    assert not stage.narrator.work()


def test_a_last_sentence_without_a_sound_ends_the_prompt_after_the_one_before() -> None:
    class Hoarse(Metronome):
        def render(self, sentence: str, *, rate: float = 1.0) -> NDArray[np.int16]:
            if sentence == "lost":
                raise EngineError("gone")
            return super().render(sentence, rate=rate)

    stage = Stage(Hoarse())
    stage.narrator.say(Prompt(1, ("one", "lost")))
    stage.play(0.05)
    assert stage.ended == []
    stage.play(0.1)
    assert stage.ended == [1]
    assert stage.failures == ["gone"]


def test_hushed_it_stands_still_and_goes_on_where_it_was() -> None:
    stage = Stage()
    stage.narrator.say(Prompt(1, ("one two three",)))
    stage.play(0.1)
    stage.narrator.hush(on=True)
    assert not stage.play(1)[6:].any()
    stage.narrator.hush(on=False)
    assert stage.play(0.15)[6:].all()
    stage.play(0.1)
    assert stage.ended == [1]


def test_stopped_while_hushed_it_can_speak_again() -> None:
    stage = Stage()
    stage.narrator.say(Prompt(1, ("one two three",)))
    stage.play(0.1)
    stage.narrator.hush(on=True)
    stage.narrator.stop()
    stage.narrator.hush(on=False)
    assert not stage.play(1)[6:].any()
    stage.narrator.say(Prompt(2, ("one",)))
    assert stage.play(0.1).any()


def test_a_counted_word_begins_at_once_without_the_voices_lead() -> None:
    class Slow(Metronome):
        def render(self, sentence: str, *, rate: float = 1.0) -> NDArray[np.int16]:
            return np.concatenate([np.zeros(80, np.int16), super().render(sentence)])

    stage = Stage(Slow())
    stage.narrator.say(Prompt(1, ("one",), "count"))
    sound = stage.play(0.2)
    assert np.flatnonzero(sound)[0] <= 0.01 * RATE
