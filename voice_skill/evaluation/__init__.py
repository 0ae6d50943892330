"""How well a skill understands: labelled utterances in, outcomes and figures out."""
