"""How a lesson's answers are written down for the tests: one module ``answers_NN`` each, with a dict ``ANSWERS``."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Answers:
    """Proof that an exercise's check tells right from wrong.

    Parameters
    ----------
    right : list of answers that must pass
    wrong : list of (misconception, answer); the misconception is the key of the sentence that must be said
    stub : what the lesson's stub gives to the check
    """

    right: list
    wrong: list
    stub: object = None
