"""From records to the values that the macros of templates/components show: pure functions."""
