"""What the dialogue does with an intent that was understood, in whatever phase it was said."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from voice_skill.domain import diary_talk, warning
from voice_skill.domain.advice import (
    QUESTIONS,
    Answer,
    cramp_elsewhere,
    duration_sentences,
    first_action,
    information,
    lasted,
    offered_routine,
    symptom_answer,
)
from voice_skill.domain.asking import ask_cramp, screen, screen_first, stay, unanswered
from voice_skill.domain.diary_notes import advice_due, advised
from voice_skill.domain.events import Sleep, StopSpeaking
from voice_skill.domain.guiding import interject, start
from voice_skill.domain.loudness import change_loudness
from voice_skill.domain.microphone import switch_microphone
from voice_skill.domain.model import Alarm, Decision, Knowledge, Level, Slot, Understanding
from voice_skill.domain.phases import (
    Asking,
    AskingSite,
    Asleep,
    Idle,
    Offered,
    Phase,
    Resting,
    Running,
    Screening,
    State,
    routine_of,
)
from voice_skill.domain.routines import ANKLE_CIRCLES, CRAMP_RELIEF, blocked_by, parts_of
from voice_skill.domain.symptoms import (
    duration_of,
    heard,
    is_leg,
    merged,
    symptom_of,
    tells_of_leg_cramp,
    tells_of_tingling,
)
from voice_skill.domain.turns import Turn, ask, remember, speak, stated, to, worded

Sentences = tuple[str, ...]

_REPLIES = dict.fromkeys(
    ("next", "previous", "skip", "slower", "faster", "pause", "resume", "time_left"),
    "nothing_running",
)
_SEVERITY = "ask_serious"


def act(knowledge: Knowledge, state: State, understanding: Understanding) -> Turn:
    """Carry out an understood intent that does not answer an open question."""
    intent = understanding.intent or ""
    if intent in QUESTIONS:
        return inform(knowledge, state, understanding)
    if intent in diary_talk.INTENTS:
        return diary_talk.hear_diary(knowledge, state, understanding)
    match intent:
        case "report_symptom":
            return report(knowledge, state, understanding)
        case "cramp_now":
            return relieve(knowledge, state, understanding)
        case "start_exercise":
            routine = str(understanding.slot("routine") or ANKLE_CIRCLES)
            return begin(knowledge, state, routine)
        case "give_duration":
            return give_duration(knowledge, state, understanding)
        case "special_group":
            return special_group(knowledge, state, understanding)
        case "quieter" | "louder":
            return change_loudness(knowledge, state, understanding)
        case "alarm":
            return _named_sign(knowledge, state, understanding)
        case _:
            return _small(knowledge, state, intent)


def _small(knowledge: Knowledge, state: State, intent: str) -> Turn:
    """Carry out the intents that need no thought about health."""
    memory = state.memory
    match intent:
        case "stop":
            return to(state, Idle(), StopSpeaking())
        case "goodnight":
            return speak(state, Asleep(), worded(knowledge, memory, intent), "answer", Sleep())
        case "mute" if not memory.muted:  # only a key turns it on again
            return switch_microphone(knowledge, state)
        case "mute":
            return to(state, state.phase)
        case "repeat":
            return _repeat(knowledge, state)
        case "cry":
            return ask_cramp(knowledge, state)
        case "yes" | "no" | "pick_first" | "pick_second":  # and nothing was asked
            return to(state, state.phase)
        case "help":
            return stay(knowledge, state, worded(knowledge, memory, _help_id(state.phase)))
        case "pain_worse" | "helped" | "not_helped":
            return _feedback(knowledge, state, intent)
        case _:
            return stay(
                knowledge, state, worded(knowledge, memory, _REPLIES.get(intent, "unknown_yet"))
            )


def _feedback(knowledge: Knowledge, state: State, intent: str) -> Turn:
    """Take in how it feels, told when nobody asked."""
    if intent == "not_helped":
        return not_helped(knowledge, state, "")
    if intent == "helped":
        return glad(knowledge, state)
    if state.memory.warned:
        return warning.remind(knowledge, state)
    return speak(state, Idle(), worded(knowledge, state.memory, "pain_idle"))


def _repeat(knowledge: Knowledge, state: State) -> Turn:
    """Say the last prompt again; the silence after a question counts anew."""
    last, phase = state.memory.last, state.phase
    if last is None:
        return stay(knowledge, state, worded(knowledge, state.memory, "help_idle"))
    if isinstance(phase, Asking):
        phase = replace(phase, question=replace(phase.question, waiting=False))
    return speak(state, phase, last.sentences, last.style)


def _help_id(phase: Phase) -> str:
    if isinstance(phase, Running):
        return "help_routine"
    return "help_offer" if isinstance(phase, Offered) else "help_idle"


# ------------------------------------------------------------------ symptoms and questions


def report(
    knowledge: Knowledge, state: State, understanding: Understanding, *, cleared: bool = False
) -> Turn:
    """Answer a symptom report: its own screening question first, then advice and an offer."""
    told = symptom_of(understanding)
    symptom = merged(state.memory.symptom, told)
    cramped = state.memory.cramped or tells_of_leg_cramp(told)
    state = remember(state, symptom=symptom, cramped=cramped)
    site = knowledge.sites.get(told.site or "")
    screen = site.screen if site else None
    if not screen and tells_of_tingling(told) and "tingle_screen" in knowledge.screens:
        screen = "tingle_screen"
    if screen and not cleared:
        return screen_first(knowledge, state, screen, understanding)
    if isinstance(state.phase, Running):
        if tells_of_leg_cramp(told):
            return relieve(knowledge, state, understanding)
        return interject(knowledge, state, worded(knowledge, state.memory, "noted"))
    if symptom.site is None and not isinstance(state.phase, AskingSite):
        question = worded(knowledge, state.memory, "ask_site")
        return ask(state, AskingSite, question, heard(knowledge, state.memory))
    due = advice_due(knowledge, state.memory)
    if due or lasted(knowledge, symptom):
        state = advised(state)
    return give(knowledge, state, symptom_answer(knowledge, state.memory, due))


def give(knowledge: Knowledge, state: State, answer: Answer) -> Turn:
    """Say an answer from rest, with its offer."""
    if answer.offer is None:
        return speak(state, Idle(), answer.sentences)
    return offer(knowledge, state, answer.offer, answer.sentences)


def offer(knowledge: Knowledge, state: State, routine_id: str, before: Sentences = ()) -> Turn:
    """Offer a routine."""
    name = knowledge.routines[routine_id].spoken
    prompt_id = "offer_cramp" if routine_id == CRAMP_RELIEF else "offer"
    question = worded(knowledge, state.memory, prompt_id, routine=name)
    return ask(state, partial(Offered, routine_id), question, before)


def inform(knowledge: Knowledge, state: State, understanding: Understanding) -> Turn:
    """Answer a question; in a routine, or with a question open, that then goes on.

    Whether it is serious is never answered before the questions about warning signs.
    """
    intent = understanding.intent or ""
    memory = state.memory
    if intent == _SEVERITY and memory.warned:
        return warning.remind(knowledge, state)
    screens = unanswered(knowledge, state)
    if intent == _SEVERITY and screens:
        back: Resting = state.phase if isinstance(state.phase, Resting) else Idle()
        return screen(knowledge, state, screens, understanding, back)
    answer = information(knowledge, memory, intent)
    told = (*memory.told, answer.topic) if answer.topic else memory.told
    state = remember(state, told=told)
    if isinstance(state.phase, Idle):
        return give(knowledge, state, answer)
    return stay(knowledge, state, answer.sentences)


def give_duration(knowledge: Knowledge, state: State, understanding: Understanding) -> Turn:
    """Take in how long it has lasted, and apply the day-or-so rule."""
    hours = duration_of(understanding)
    if hours is None:
        return stay(knowledge, state, worded(knowledge, state.memory, "duration_unclear"))
    told = symptom_of(understanding)
    state = remember(state, symptom=merged(state.memory.symptom, replace(told, duration=hours)))
    answer = Answer(duration_sentences(knowledge, state.memory))
    if isinstance(state.phase, Idle) and state.memory.symptom.site:
        answer = replace(answer, offer=offered_routine(knowledge, state.memory))
        return give(knowledge, state, answer)
    return stay(knowledge, state, answer.sentences)


def special_group(knowledge: Knowledge, state: State, understanding: Understanding) -> Turn:
    """Remember a special group, say what is different for it, and stop what it forbids."""
    group = knowledge.groups.get(str(understanding.slot("group")))
    if group is None:
        return stay(knowledge, state, worded(knowledge, state.memory, "group_unclear"))
    state = remember(state, groups=state.memory.groups | {group.id})
    sentences = stated(knowledge, group.say)
    wanted = routine_of(state.phase)
    if isinstance(state.phase, Screening) or not wanted:
        return stay(knowledge, state, sentences)  # after the question it is looked at again
    if not blocked_by(knowledge, state.memory, wanted):
        return stay(knowledge, state, sentences)
    return instead(knowledge, state, wanted, sentences)


# ------------------------------------------------------------------ routines


def instead(knowledge: Knowledge, state: State, blocked: str, before: Sentences) -> Turn:
    """Offer ankle circles in place of a routine that is not allowed, where they are."""
    allowed = ANKLE_CIRCLES in knowledge.routines and not blocked_by(
        knowledge, state.memory, ANKLE_CIRCLES
    )
    if blocked == ANKLE_CIRCLES or not allowed:
        return speak(state, Idle(), before)
    return offer(knowledge, state, ANKLE_CIRCLES, before)


def begin(knowledge: Knowledge, state: State, routine_id: str) -> Turn:
    """Start a routine: not while a warning stands, nor what is blocked, and screened first."""
    memory = state.memory
    parts = parts_of(knowledge, routine_id)
    if not any(part.steps for part in parts):
        return stay(knowledge, state, worded(knowledge, memory, "unknown_yet"))
    blocked = blocked_by(knowledge, memory, routine_id)
    if blocked == "alarm":
        return warning.remind(knowledge, state)
    if blocked == "no_exercise":
        return speak(state, Idle(), worded(knowledge, memory, "no_exercise"))
    if blocked:
        group = knowledge.groups.get(blocked)
        because = (
            stated(knowledge, group.say) if group else worded(knowledge, memory, "blocked_cramp")
        )
        return instead(knowledge, state, routine_id, because)
    screens = unanswered(knowledge, state)
    if screens and any(part.screened for part in parts):
        slots = (Slot("routine", routine_id, routine_id),)
        pending = Understanding(Decision.ACT, "start_exercise", slots)
        return screen(knowledge, state, screens, pending, Idle())
    return start(knowledge, state, routine_id)


def relieve(knowledge: Knowledge, state: State, understanding: Understanding) -> Turn:
    """A hard cramp: the first sentence is something to do; all questions come later."""
    told = replace(symptom_of(understanding), sensation="cramp")
    cramped = state.memory.cramped or tells_of_leg_cramp(told)
    symptom = merged(state.memory.symptom, told)
    state = remember(state, symptom=symptom, cramped=cramped)
    site = knowledge.sites.get(told.site or "")
    if state.memory.warned:
        return warning.remind(knowledge, state)
    if site and site.screen:
        pending = replace(understanding, intent="report_symptom")
        return screen_first(knowledge, state, site.screen, pending)
    if not is_leg(told.site):
        return speak(state, Idle(), cramp_elsewhere(knowledge, state.memory))
    if understanding.screen:
        state = remember(state, owed=understanding.screen)
    if CRAMP_RELIEF not in knowledge.routines:
        return speak(state, Idle(), first_action(knowledge, state.memory))
    return begin(knowledge, state, CRAMP_RELIEF)


def glad(knowledge: Knowledge, state: State) -> Turn:
    """It helped; the advice of the diary's rule is due all the same."""
    due = advice_due(knowledge, state.memory)
    sentences = worded(knowledge, state.memory, "glad")
    if due:
        state, sentences = advised(state), (*sentences[:1], *due[1:])
    return speak(remember(state, helped=True), Idle(), sentences)


def not_helped(knowledge: Knowledge, state: State, routine_id: str) -> Turn:
    """After the first time offer another round; after the second name whom to see."""
    memory = state.memory
    times = memory.not_helped + 1
    state = remember(state, not_helped=times, helped=False)
    if memory.warned:
        return warning.remind(knowledge, state)
    if times >= 2:
        return speak(state, Idle(), worded(knowledge, memory, "not_helped_twice"))
    again = routine_id or offered_routine(knowledge, memory) or ""
    before = worded(knowledge, memory, "not_helped_once")
    if again not in knowledge.routines or blocked_by(knowledge, memory, again):
        return speak(state, Idle(), before)
    return offer(knowledge, state, again, before)


def _named_sign(knowledge: Knowledge, state: State, understanding: Understanding) -> Turn:
    """A sentence template named a warning sign that no rule found: its rule counts all the same."""
    rule = knowledge.rules.get(str(understanding.slot("sign")))
    if rule is not None and rule.level >= Level.SAME_DAY:
        return warning.raise_alarm(knowledge, state, Alarm(rule.id, rule.level, ("named",)))
    return screen_first(
        knowledge, state, knowledge.alarm_words.screen, replace(understanding, intent=None)
    )
