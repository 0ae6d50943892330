"""The nouns, the alarm rules, the advice and the dialogue: values in, values out."""
