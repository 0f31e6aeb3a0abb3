"""Listening live: where sound comes from, the detector that follows it, and the log of what it found.

`source` says what every source does; `file`, `microphone` and `browser` are the three; `detector` judges window after
window; `log` keeps the events; `listen` brings them together. No source is imported before it is used.

Lesson: 08_live_mic.
"""
