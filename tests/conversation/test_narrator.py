"""Prompts into the player's queue."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from voice_skill.audio.player import Player
from voice_skill.conversation.narrator import GAP_SECONDS, Narrator, render_reply
from voice_skill.domain.errors import EngineError
from voice_skill.domain.events import Prompt

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
    stage.narrator.change_volume(-1)
    lower = stage.player.volume
    stage.narrator.change_volume(+1)
    assert lower < stage.player.volume <= 1.0


def test_a_written_reply_has_pauses() -> None:
    sound = render_reply(Metronome(), ("one two", "three"))
    assert np.count_nonzero(sound) == 300
    assert len(sound) > 300
