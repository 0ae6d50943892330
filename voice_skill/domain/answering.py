"""What the dialogue does with an intent that was understood, in whatever phase it was said."""

from __future__ import annotations

from dataclasses import replace

from voice_skill.domain import diary_talk, warning
from voice_skill.domain.advice import (
    Answer,
    cramp_elsewhere,
    duration_sentences,
    first_action,
    lasted,
    offered_routine,
    symptom_answer,
)
from voice_skill.domain.asking import ask_cramp, screen, screen_first, stay, unanswered
from voice_skill.domain.beginning import (
    asked_for,
    begin,
    glad,
    instead,
    not_helped,
    say_lesser_sign,
)
from voice_skill.domain.diary_notes import advice_due, advised
from voice_skill.domain.events import Sleep, StopSpeaking
from voice_skill.domain.guiding import interject
from voice_skill.domain.informing import QUESTIONS, asked_about, asks_whence, information
from voice_skill.domain.knowledge import Knowledge
from voice_skill.domain.loudness import change_loudness
from voice_skill.domain.microphone import mute_by_voice
from voice_skill.domain.model import Alarm, Level, Understanding
from voice_skill.domain.offering import give, own_screen, screen_of_question
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
    run_of,
)
from voice_skill.domain.routines import CRAMP_RELIEF, blocked_by
from voice_skill.domain.symptoms import (
    duration_of,
    heard,
    is_leg,
    merged,
    symptom_of,
    tells_of_leg_cramp,
    tells_of_pain,
)
from voice_skill.domain.telling import hinted
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
            return asked_for(knowledge, state, understanding)
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
        case "mute":
            return mute_by_voice(knowledge, state)
        case "repeat":
            return _repeat(knowledge, state)
        case "cry":
            return ask_cramp(knowledge, remember(state, hurt=True))
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
    if intent == "pain_worse":
        state = remember(state, hurt=True)
    if state.memory.warned:
        return warning.remind(knowledge, state)
    if intent == "not_helped":
        return not_helped(knowledge, state, "")
    if intent == "helped":
        return glad(knowledge, state)
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
    told = replace(symptom_of(understanding), hints=hinted(knowledge, understanding.text))
    symptom = merged(state.memory.symptom, told)
    cramped = state.memory.cramped or tells_of_leg_cramp(told)
    hurt = state.memory.hurt or tells_of_pain(told)
    state = remember(state, symptom=symptom, cramped=cramped, hurt=hurt)
    screen = own_screen(knowledge, told)
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


def inform(knowledge: Knowledge, state: State, understanding: Understanding) -> Turn:
    """Answer a question; in a routine, or with a question open, that then goes on.

    Whether it is serious is never answered before the questions about warning signs. What a
    question tells of the symptom is remembered, but not what it only supposes (`is it the shoes?`).
    """
    intent = understanding.intent or ""
    memory = state.memory
    if intent in (_SEVERITY, "ask_remedies") and memory.warned:
        return warning.remind(knowledge, state)
    screens = unanswered(knowledge, state)
    if intent == _SEVERITY and screens:
        back: Resting = state.phase if isinstance(state.phase, Resting) else Idle()
        return screen(knowledge, state, screens, understanding, back)
    if asks_whence(knowledge, memory, understanding):
        intent, understanding = "ask_source", replace(understanding, intent="ask_source", text="")
    told = asked_about(knowledge, understanding)
    screening = screen_of_question(knowledge, state, told, understanding)
    if screening is not None:
        return screening
    state = remember(
        state,
        symptom=merged(memory.symptom, replace(told, trigger=None, duration=None)),
        cramped=memory.cramped or tells_of_leg_cramp(told),
    )
    answer = information(knowledge, state.memory, intent, understanding)
    if answer.topic:
        state = remember(state, told=(*memory.told, answer.topic))
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
    too_long = _lasts_too_long(knowledge, state, hours)
    if too_long:
        return warning.raise_alarm(knowledge, state, too_long)
    answer = Answer(duration_sentences(knowledge, state.memory))
    if isinstance(state.phase, Idle) and state.memory.symptom.site:
        answer = replace(answer, offer=offered_routine(knowledge, state.memory))
        return give(knowledge, state, answer)
    return stay(knowledge, state, answer.sentences)


def _lasts_too_long(knowledge: Knowledge, state: State, hours: float) -> Alarm | None:
    """Return the warning of a cramp that is being eased, and has lasted longer than that may take.

    A day or more is how long there have been cramps, not how long this one lasts.
    """
    run = run_of(state.phase)
    routine = knowledge.routines.get(run.routine) if run else None
    seconds = routine.timer_seconds if routine else None
    if seconds is None or not seconds <= 3600 * hours < 24 * 3600:
        return None
    return warning.of_routine(knowledge, state)


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


def relieve(knowledge: Knowledge, state: State, understanding: Understanding) -> Turn:
    """A hard cramp: the first sentence is something to do; all questions come later."""
    told = replace(symptom_of(understanding), sensation="cramp")
    cramped = state.memory.cramped or tells_of_leg_cramp(told)
    symptom = merged(state.memory.symptom, told)
    state = remember(state, symptom=symptom, cramped=cramped, hurt=True)
    site = knowledge.sites.get(told.site or "")
    if state.memory.warned:
        return warning.remind(knowledge, state)
    if site and site.screen:
        pending = replace(understanding, intent="report_symptom")
        return screen_first(knowledge, state, site.screen, pending)
    if not is_leg(told.site) or CRAMP_RELIEF not in knowledge.routines:
        action = first_action if is_leg(told.site) else cramp_elsewhere
        sentences = action(knowledge, state.memory)
        owed = understanding.screen or ""
        if owed in knowledge.screens:
            return screen(knowledge, state, (owed,), None, Idle(), sentences)
        return speak(state, Idle(), sentences)
    if understanding.screen:
        questions = (*state.memory.owed, understanding.screen)
        state = remember(state, owed=tuple(dict.fromkeys(questions)))
    return begin(knowledge, state, CRAMP_RELIEF)


def _named_sign(knowledge: Knowledge, state: State, understanding: Understanding) -> Turn:
    """A sentence template named a warning sign that no rule found: its rule counts all the same."""
    rule = knowledge.rules.get(str(understanding.slot("sign")))
    if rule is not None:
        alarm = Alarm(rule.id, rule.level, ("named",))
        if rule.level >= Level.SAME_DAY:
            return warning.raise_alarm(knowledge, state, alarm)
        if not state.memory.warned:
            noted = warning.note_alarm(state, alarm)
            return say_lesser_sign(knowledge, noted, warning.message(knowledge, alarm))
    return screen_first(
        knowledge, state, knowledge.alarm_words.screen, replace(understanding, intent=None)
    )
