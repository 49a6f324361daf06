"""What follows from the recorded rows by rule, and is never entered or stored: ages, times, responses, counted events.

The rules are plain Python on plain values; :mod:`cases.derived.course` reads the rows of patients.
"""
