"""Who is listened to, in whole conversations: sleep, the microphone off, sounds of our own."""

from __future__ import annotations

import numpy as np
import pytest
from bedside import RATE, Bedside
from numpy.typing import NDArray
from test_listener import LoudIsVoice, NotebookRecognizer, loud, quiet

from voice_skill.audio.player import Player
from voice_skill.content import load
from voice_skill.conversation.dialogue_loop import DialogueLoop
from voice_skill.conversation.endpointer import Completeness
from voice_skill.conversation.listener import SAMPLE_RATE, Listener
from voice_skill.conversation.live import LiveConversation
from voice_skill.conversation.messages import Failed, Pressed, Recovered
from voice_skill.conversation.microphones import Scene
from voice_skill.conversation.narrator import Narrator
from voice_skill.conversation.recorded import RecordedConversation
from voice_skill.conversation.transcript import AssistantSpoke, Entry, Ignored
from voice_skill.domain.errors import DeviceError
from voice_skill.domain.model import WAKE, Decision, Hypothesis, Understanding, Utterance

Samples = NDArray[np.int16]

CYCLES = 1000
SLEEP, NEIGHBOUR, CALL = 1000, 2000, 3000
NOTHING = Understanding(Decision.REJECT)
MEANINGS = {
    str(SLEEP): Understanding(Decision.ACT, "goodnight", legal=True),
    str(NEIGHBOUR): Understanding(Decision.ACT, "ask_causes", legal=True),
    str(CALL): Understanding(Decision.ACT, WAKE, woken=True, legal=True),
}


class LoudnessRecognizer(NotebookRecognizer):
    """Writes down how loud the loudest sample was."""

    def finish(self) -> tuple[Hypothesis, ...]:
        loudest = max(int(block.max()) for block in self.fed)
        self.fed.clear()
        return (Hypothesis(str(loudest), "domain"),)


class Beep:
    """A voice of a tenth of a second a sentence."""

    sample_rate = SAMPLE_RATE

    def render(self, sentence: str, *, rate: float = 1.0) -> Samples:
        return np.full(SAMPLE_RATE // 10, 500, np.int16)


class Sleeper:
    """Goes to sleep, does not mean the assistant, calls it: again and again, in quiet moments."""

    def __init__(self) -> None:
        self._levels = [SLEEP, NEIGHBOUR, CALL] * CYCLES
        self._left = 0

    def pull(self, count: int, scene: Scene) -> Samples:
        if self._left <= 0:
            quiet_since = scene.quiet_since
            if self.exhausted or quiet_since is None or scene.now - quiet_since < 0.1:
                return np.zeros(count, np.int16)
            self._level = self._levels.pop(0)
            self._left = SAMPLE_RATE // 5
        self._left -= count
        return np.full(count, self._level, np.int16)

    @property
    def exhausted(self) -> bool:
        return not self._levels

    @property
    def waiting_for(self) -> str:
        return ""

    wake = None


def test_it_sleeps_and_wakes_a_thousand_times() -> None:
    knowledge = load(None, locale=None).knowledge
    assert knowledge is not None
    entries: list[Entry] = []
    player = Player(SAMPLE_RATE)
    loop = DialogueLoop(
        knowledge,
        lambda utterance: MEANINGS.get(utterance.hypotheses[0].text, NOTHING),
        lambda spoken, failed: Narrator(Beep(), player, spoken=spoken, failed=failed),
        entries.append,
        wake="required",
    )
    listener = Listener(
        LoudnessRecognizer(), LoudIsVoice(), lambda text, state: Completeness.COMPLETE
    )
    RecordedConversation(loop, listener, player).run(Sleeper())
    said = [entry.prompt.sentences[0] for entry in entries if isinstance(entry, AssistantSpoke)]
    awake = set(knowledge.prompts["awake"])
    # the first good night is not for it: nobody has called yet
    assert sum(sentence in awake for sentence in said) == CYCLES - 1
    assert sum(isinstance(entry, Ignored) for entry in entries) == CYCLES + 1


# ------------------------------------------------------------------ live


class Room:
    """A live conversation whose microphone a test speaks into."""

    def __init__(self) -> None:
        self.bedside = Bedside()
        self.recognizer = NotebookRecognizer()
        listener = Listener(
            self.recognizer, LoudIsVoice(), lambda text, state: Completeness.COMPLETE
        )
        bedside = self.bedside

        class Clock:
            def now(self) -> float:
                return bedside.now

        self.live = LiveConversation(bedside.loop, listener, bedside.player, Clock())

    def do(self, *messages: object) -> None:
        for message in messages:
            self.live.inbox.put(message)  # type: ignore[arg-type]
        self.live.inbox.put(Pressed("quit"))
        self.live.run()

    def speak(self, seconds: float = 0.5) -> bool:
        """Speak into the microphone; whether any of it came to the recogniser."""
        before = len(self.recognizer.states)
        self.live.hear(np.concatenate([loud(seconds), quiet(1)]))
        return len(self.recognizer.states) > before


@pytest.mark.parametrize("key", ["wake", "mute"])
def test_no_sound_of_ours_comes_to_the_recogniser(key: str) -> None:
    room = Room()
    room.bedside.press(key)  # type: ignore[arg-type]
    room.bedside.wait(0.02)
    assert room.bedside.player.audible
    assert not room.speak()
    if key == "mute":
        room.bedside.press("mute")
    room.do()
    room.bedside.wait(1)
    assert room.speak()


def test_with_the_microphone_off_nothing_is_heard_whatever_is_lost_and_found() -> None:
    room = Room()
    room.do(Pressed("mute"))
    room.bedside.finish_speaking()
    lost = Failed("microphone", DeviceError("the microphone was lost"), fatal=False)
    for message in (None, lost, Recovered("microphone")):
        room.do(*([message] if message else []))
        room.bedside.finish_speaking()
        room.bedside.wait(1)
        assert room.bedside.loop.muted
        assert not room.speak()
    room.do(Pressed("mute"))
    room.bedside.finish_speaking()
    room.bedside.wait(1)
    assert room.speak()


def test_what_is_said_as_the_microphone_goes_off_is_forgotten() -> None:
    room = Room()
    room.live.microphone.take(loud(0.5))
    assert room.live.microphone.speaking
    room.bedside.press("mute")
    room.live.microphone.take(quiet(1))
    assert not room.live.microphone.speaking
    room.do()
    assert len(room.bedside.spoken()) == 1, "nothing but that it is off"


def test_what_is_not_for_it_leaves_no_words_behind() -> None:
    bedside = Bedside(wake="required")
    before = bedside.loop.state
    bedside.say("my big toe keeps twitching")
    assert bedside.entries == [Ignored(0.0, 0.0)]
    assert bedside.loop.state == before


def test_a_sentence_begun_in_the_window_counts_though_it_ends_outside() -> None:
    bedside = Bedside(wake="required")
    bedside.talk(["hey ankle coach what causes it"])
    begun = bedside.now + 7
    bedside.wait(9)
    said = len(bedside.said())
    utterance = Utterance((Hypothesis("what helps", "text"),), "idle", begun, bedside.now)
    bedside.loop.hear(utterance, bedside.now)
    assert len(bedside.said()) > said


def test_earcons_are_at_the_rate_of_the_voice() -> None:
    bedside = Bedside()
    bedside.press("wake")
    assert bedside.player.pull(RATE).any()
