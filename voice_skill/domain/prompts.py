"""The ids of all prompts that the dialogue asks the content for."""

from __future__ import annotations

REASON_PREFIX = "reason_"
"""`reason_<cause>` is the short name of a cause in a list; a cause without one is said in full."""

PARTS_OF_SENTENCES = frozenset(
    {
        "foot_left", "foot_right", "foot_affected", "foot_other", "foot_both",
        "side_both",
        "sensation_twitch", "sensation_cramp", "sensation_jerk", "sensation_tingling",
        "sensation_numb", "sensation_pain",
        "timing_night", "timing_morning", "timing_day",
        "trigger_standing", "trigger_heels", "trigger_shoes", "trigger_exercise",
        "heard_place", "heard_duration", "count_half", "count_last",
    }
)  # fmt: skip
"""Prompts that are only said inside others."""

SOURCE_REPLIES = frozenset(
    {
        "source_doctor", "source_article", "source_beyond", "source_beyond_too", "source_product",
        "source_product_too",
    }
)  # fmt: skip
"""What names the source of another sentence; `_too` is said after another source."""

OF_THE_DOCTOR = frozenset({"reasons"})
OWN_CAUTION = frozenset(
    {
        "pain_report", "no_exercise", "alarm_stands", "pain_ease", "pain_stop", "pain_idle",
        "pain_cramp", "blocked_cramp", "no_stretch", "first_run",
        "not_helped_once", "not_helped_twice",
    }
)  # fmt: skip
"""Prompts that say something about health: by the doctor's word, or as our own caution."""

_SENTENCES = frozenset(
    {
        "first_run", "first_run_private", "first_run_recorded", "first_run_stop",
        "first_run_stop_key",
        # a symptom, and what is answered to it
        "heard", "heard_more", "reasons", "reasons_told", "beyond", "beyond_cited", "beyond_from",
        "as_told", "pain_report", "offer", "offer_cramp",
        "ask_site", "declined", "duration_unclear", "group_unclear",
        # who says so
        *SOURCE_REPLIES,
        # not understood
        "reprompt", "missed_beginning", "confirm", "choose", "choose_again", "nothing_running",
        # screening
        "screen_intro", "screen_again", "screens_clear", "no_exercise",
        "alarm_stands", "screen_skipped", "screen_skipped_serious",
        # a routine
        "blocked_cramp", "no_stretch", "going_on", "paused", "resumed", "slower", "slowest",
        "faster", "fastest",
        "time_left", "pain_cramp", "pain_ease", "pain_stop", "pain_idle", "ask_cramp", "rest_now",
        "first_step",
        "noted", "better_midway", "pain_easier", "no_harder", "no_version", "other_version",
        # afterwards
        "done", "ask_helped", "glad", "not_helped_once", "not_helped_twice",
        # the diary
        "diary_none", "diary_off", "diary_offer", "diary_begun", "diary_already", "diary_stopped",
        "diary_noted", "diary_noted_bare", "diary_empty", "diary_only_this", "diary_first",
        "diary_last", "diary_last_before", "diary_last_what", "diary_count", "diary_nights",
        "diary_helped", "diary_helped_unknown", "diary_nights_now", "diary_hours_now",
        "diary_delete_all", "diary_delete_last", "diary_delete_which", "diary_nothing",
        "diary_as_it_is", "diary_deleted", "diary_entry_deleted", "diary_full",
        "diary_locked", "diary_newer", "diary_failed", "diary_damaged",
        "diary_damaged_off",
        # the rest
        "help_idle", "help_offer", "help_routine", "goodnight", "awake", "louder",
        "quieter", "whisper", "microphone_lost", "computer_slept", "cannot_go_on", "unknown_yet",
        "muted", "unmuted", "mute_no_keys", "microphone_lost_no_keys",
    }
)  # fmt: skip

PROMPT_IDS = PARTS_OF_SENTENCES | _SENTENCES
"""Every prompt id that the code asks for; the content is checked against it."""
