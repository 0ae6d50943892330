"""What was heard, phase by phase: warning signs first, then answers, then everything else."""

from __future__ import annotations

from dataclasses import replace

from voice_skill.domain import guiding, warning
from voice_skill.domain.answering import act, report
from voice_skill.domain.asking import put_again, screen, screen_first, stay
from voice_skill.domain.beginning import instead, say_lesser_sign
from voice_skill.domain.earlier import answered_no, ask_first, left_open, make_way
from voice_skill.domain.events import Earcon
from voice_skill.domain.informing import ABOUT_A_SYMPTOM, QUESTIONS
from voice_skill.domain.knowledge import Knowledge
from voice_skill.domain.model import SOUND, WAKE, Alarm, Decision, Level, Understanding
from voice_skill.domain.offering import own_screen
from voice_skill.domain.phases import (
    Asking,
    AskingDiary,
    AskingHelped,
    AskingSite,
    AskingStep,
    Asleep,
    Choosing,
    Confirming,
    Holding,
    Idle,
    Instructing,
    Offered,
    Paused,
    Resting,
    Running,
    Screening,
    State,
    Urgent,
    routine_of,
)
from voice_skill.domain.resting import hear_resting
from voice_skill.domain.routines import blocked_by
from voice_skill.domain.running import hear_running, hear_step_answer
from voice_skill.domain.symptoms import symptom_of
from voice_skill.domain.turns import Turn, preceded, remember, speak, to, worded


def hear(knowledge: Knowledge, state: State, understanding: Understanding) -> Turn:
    """Answer an utterance. A warning sign comes before anything else, in every phase but sleep.

    Asleep, only a wake phrase is heard: whoever put it to sleep is not answered, or alarmed, by
    what a television says. With the phrase a request or a warning sign counts at once.
    """
    if isinstance(state.phase, Asleep):
        if not understanding.woken:
            return to(state, state.phase)
        if understanding.intent == WAKE:
            return speak(awake(state), Idle(), worded(knowledge, state.memory, "awake"))
        state = awake(state)
    alarm = understanding.alarm
    if alarm is not None and alarm.level < Level.SAME_DAY:
        return _hear_lesser_sign(knowledge, warning.note_alarm(state, alarm), alarm, understanding)
    if understanding.decision is Decision.URGENT and alarm is not None:
        return warning.raise_alarm(knowledge, make_way(knowledge, state, alarm), alarm)
    return _hear_no_warning(knowledge, state, understanding)


def _hear_no_warning(knowledge: Knowledge, state: State, understanding: Understanding) -> Turn:
    """Answer what holds no sign that counts as it stands; a question about one comes first."""
    if understanding.intent == WAKE or _says_nothing(understanding):
        shown = (Earcon("listening"),) if understanding.intent == WAKE else ()
        return to(state, state.phase, *shown)  # no answer to what is open, and no failed try at one
    if understanding.screen:  # what is to be done with the words once the question is answered
        decision = Decision.ACT if understanding.intent else Decision.REJECT
        understanding = replace(understanding, decision=decision)
    if state.memory.reprompted and understanding.decision is not Decision.REJECT:
        state = remember(state, reprompted=False)
    question = ask_first(knowledge, state, understanding)
    if question is not None:
        return question
    if understanding.screen and _must_screen(state, understanding):
        return _hear_alarm_word(knowledge, state, understanding)
    return _in_phase(knowledge, state, understanding)


def _hear_lesser_sign(
    knowledge: Knowledge, state: State, alarm: Alarm, understanding: Understanding
) -> Turn:
    """Say what interrupts nothing, before the answer to whatever else was said.

    Where something more serious stands, that is what is said; where it stood hours ago, it is
    asked about after the fresh sign.
    """
    rest = replace(understanding, alarm=None)
    if state.memory.warned and not state.memory.aged:
        return hear(knowledge, state, rest)
    message = warning.message(knowledge, alarm)
    acts = understanding.decision is Decision.ACT and understanding.intent != "alarm"
    if acts or understanding.screen:
        turn = hear(knowledge, guiding.lightened(knowledge, state), rest)
        if isinstance(turn[0].phase, Urgent):
            return turn  # an emergency is said first, and nothing before it
        return preceded(turn, message, followed=understanding.intent == "cramp_now")
    asked = ask_first(knowledge, state, Understanding(Decision.ACT))
    if state.memory.aged and asked is not None:
        return preceded(asked, message)
    return say_lesser_sign(knowledge, state, message)


def _says_nothing(understanding: Understanding) -> bool:
    """Whether it was, or may well have been, a sound such as `oh`: then nothing is asked.

    Nor is it after a cry that may have been none.
    """
    names = {candidate.intent for candidate in understanding.candidates[:2]}
    torn = understanding.decision is Decision.CHOOSE and SOUND in names
    doubtful = understanding.decision is Decision.CONFIRM and understanding.intent == "cry"
    return torn or doubtful or understanding.intent == SOUND


def awake(state: State) -> State:
    """Return the state out of its sleep; what was said before it may be said again in full."""
    if not isinstance(state.phase, Asleep):
        return state
    return State(Idle(), replace(state.memory, said=()))


def _must_screen(state: State, understanding: Understanding) -> bool:
    """An alarm word brings its question, save where a more telling one or an action comes first."""
    answers_yes = understanding.intent == "yes" and isinstance(state.phase, Screening)
    return understanding.intent not in ("cramp_now", "stop") and not answers_yes


def _hear_alarm_word(knowledge: Knowledge, state: State, understanding: Understanding) -> Turn:
    phase, screen_id = state.phase, understanding.screen or ""
    if state.memory.level >= Level.EMERGENCY_NOW:
        return warning.remind(knowledge, state)
    if isinstance(phase, Screening) and phase.screens[0] == screen_id:
        return unclear(knowledge, state, phase)
    if screen_id not in knowledge.screens:
        return _in_phase(knowledge, state, replace(understanding, screen=None))
    tells = understanding.intent == "report_symptom" or understanding.intent in ABOUT_A_SYMPTOM
    if tells and screen_id == knowledge.alarm_words.screen:
        told = symptom_of(replace(understanding, slots=understanding.slots + understanding.about))
        if own_screen(knowledge, told):  # about the very sign: the general one would repeat it
            meant = replace(understanding, decision=Decision.ACT, screen=None)
            return _in_phase(knowledge, state, meant)
    return screen_first(knowledge, state, screen_id, understanding)


def _in_phase(knowledge: Knowledge, state: State, understanding: Understanding) -> Turn:
    phase = state.phase
    match phase:
        case Urgent():
            return _hear_urgent(knowledge, state, understanding)
        case Screening() | AskingDiary() if _is_half_an_answer(understanding):
            missed = worded(knowledge, state.memory, "missed_beginning")
            return put_again(state, phase, missed)
        case Screening():
            return _hear_screening(knowledge, state, phase, understanding)
        case AskingStep():
            return hear_step_answer(knowledge, state, phase, understanding)
        case Instructing() | Holding() | Paused():
            return hear_running(knowledge, state, phase, understanding)
        case (
            Idle()
            | Offered()
            | Confirming()
            | Choosing()
            | AskingSite()
            | AskingHelped()
            | AskingDiary()
        ):
            return hear_resting(knowledge, state, phase, understanding)
        case Asleep():
            return to(state, phase)


def _is_half_an_answer(understanding: Understanding) -> bool:
    """The end of whatever it was ("I don't know") answers nothing that cannot be undone."""
    return understanding.cut and understanding.intent in ("yes", "no")


# ------------------------------------------------------------------ screening and warnings


def _hear_screening(
    knowledge: Knowledge, state: State, phase: Screening, understanding: Understanding
) -> Turn:
    intent = _as_screening_answer(understanding, phase.screens[0])
    guards_routine = knowledge.screens[phase.screens[0]].before == "routine"
    match intent:
        case "yes":
            return _screen_found(knowledge, state, phase.screens[0], "yes")
        case "no":
            return _screen_clear(knowledge, state, phase)
        case "stop" | "goodnight":
            return act(knowledge, left_open(knowledge, state), understanding)
        case "louder" | "quieter" | "repeat" | "mute" | "special_group":
            return act(knowledge, state, understanding)
        case "cramp_now":
            owed = understanding.screen if guards_routine else phase.screens[0]
            left = left_open(knowledge, state)
            return act(knowledge, left, replace(understanding, screen=owed))
        case "skip" if guards_routine:
            return _screen_skipped(knowledge, state, phase)
        case "pain_worse" if phase.question.tries == 1:
            return put_again(state, phase, tries=2)  # a cry is no answer, and no reason to scold
        case "ask_serious" if guards_routine:
            return put_again(state, phase, worded(knowledge, state.memory, "screen_intro"))
        case str() if guards_routine and intent in {*QUESTIONS, "help"}:
            return act(knowledge, state, understanding)
        case _:
            return unclear(knowledge, state, phase)


def _as_screening_answer(understanding: Understanding, asked: str) -> str | None:
    """Return the intent that counts: only a plain `no` is one, and who puts it off skips it.

    Free wording such as "no please help me" may be like a `no`, and a hedge ("not really") is a
    legal one; neither says that nothing is wrong. Nor does "no it isn't swollen", asked about a
    numb foot: who denies a sign by name has answered the question about that one alone.
    """
    if understanding.decision is not Decision.ACT:
        return None
    if understanding.intent == "no" and understanding.answer != "plain":
        return "skip" if understanding.answer == "refusal" else None
    if understanding.intent == "no" and understanding.slot("denies") not in (None, asked):
        return None
    return understanding.intent


def _screen_found(knowledge: Knowledge, state: State, screen_id: str, answer: str) -> Turn:
    """A screening question was answered `yes`, or stayed unclear."""
    asked = knowledge.screens[screen_id]
    result = asked.on_yes if answer == "yes" else asked.on_unclear
    alarm = warning.outcome(knowledge, result, screen_id)
    if alarm is not None and alarm.level >= Level.SAME_DAY:
        return warning.raise_alarm(knowledge, make_way(knowledge, state, alarm), alarm)
    if alarm is not None:
        noted = warning.note_alarm(State(Idle(), state.memory), alarm)
        return stay(knowledge, noted, warning.message(knowledge, alarm))
    sentences = worded(knowledge, state.memory, "no_exercise")
    forbidden = state.memory.no_exercise or answer == "yes"  # left unclear, it is asked again
    return speak(remember(state, no_exercise=forbidden), Idle(), sentences)


def _screen_skipped(knowledge: Knowledge, state: State, phase: Screening) -> Turn:
    """Whoever would rather not answer begins no routine; what was under way goes on."""
    wants_routine = phase.pending is None or phase.pending.intent == "start_exercise"
    prompt_id = "screen_skipped" if wants_routine else "screen_skipped_serious"
    words = worded(knowledge, state.memory, prompt_id)
    open_still = routine_of(phase.back)
    if open_still and blocked_by(knowledge, state.memory, open_still):
        return instead(knowledge, state, open_still, words)
    return stay(knowledge, State(phase.back, state.memory), words)


def unclear(knowledge: Knowledge, state: State, phase: Screening) -> Turn:
    """Ask once more; unclear or silent twice is taken for the more serious answer."""
    if phase.question.tries > 1:
        return _screen_found(knowledge, state, phase.screens[0], "unclear")
    again = worded(knowledge, state.memory, "screen_again")
    return put_again(state, phase, again, tries=2)


def _screen_clear(knowledge: Knowledge, state: State, phase: Screening) -> Turn:
    """After `no`: the next question, or back to what the person had said."""
    answered = phase.screens[0]
    state = answered_no(knowledge, state, answered)
    if len(phase.screens) > 1:
        return screen(knowledge, state, phase.screens[1:], phase.pending, phase.back, ())
    state = State(phase.back, state.memory)
    pending = phase.pending
    if state.memory.warned:
        return warning.remind(knowledge, state)
    offered = routine_of(phase.back)
    if offered and blocked_by(knowledge, state.memory, offered):
        clear = worded(knowledge, state.memory, "screens_clear")
        return instead(knowledge, state, offered, clear)
    if pending is not None and pending.intent:
        meant = replace(pending, decision=Decision.ACT, screen=None)
        turn = _take_up(knowledge, state, meant, answered)
        if turn[1]:
            return turn
    return _go_on(knowledge, state, phase.back)


def _take_up(knowledge: Knowledge, state: State, meant: Understanding, answered: str) -> Turn:
    if meant.intent == "report_symptom":
        own = own_screen(knowledge, symptom_of(meant))  # still to be asked, if it was another
        return report(knowledge, state, meant, cleared=own == answered)
    return _in_phase(knowledge, state, meant)


def _go_on(knowledge: Knowledge, state: State, back: Resting) -> Turn:
    """Go on after a screening question that was asked in between."""
    clear = worded(knowledge, state.memory, "screens_clear")
    if isinstance(back, AskingHelped) and state.memory.manner.hushed:
        return guiding.rest(knowledge, state)
    if isinstance(back, AskingStep) or not isinstance(back, Running):
        return (
            put_again(state, back, clear)
            if isinstance(back, Asking)
            else speak(state, Idle(), clear)
        )
    return guiding.resume(knowledge, state, back.run, "going_on")


def _hear_urgent(knowledge: Knowledge, state: State, understanding: Understanding) -> Turn:
    """While a warning is open: its message, help with hearing it, and an end; nothing else.

    Whether it can wait, or a doctor is needed, is answered by the message. A doubtful stop stops.
    """
    doubtful_stop = understanding.decision is Decision.CONFIRM and understanding.intent == "stop"
    acts = understanding.decision is Decision.ACT or doubtful_stop
    intent = understanding.intent if acts else None
    match intent:
        case None | "yes" | "no":
            return to(state, state.phase)
        case "repeat":
            return warning.say_again(knowledge, state)
        case "stop" | "goodnight" | "louder" | "quieter" | "mute":
            return act(knowledge, state, understanding)
        case "ask_source":
            turn = act(knowledge, State(Idle(), state.memory), understanding)
            return State(state.phase, turn[0].memory), turn[1]
        case _:
            return warning.remind(knowledge, state)
