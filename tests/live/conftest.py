"""A microphone for tests: a virtual sound card in place of the computer's own."""

import pytest

from tools.benchmarks import _sound_card


@pytest.fixture(scope="module")
def one_card():
    pytest.importorskip("pyaudio", reason="PyAudio is not installed.", exc_type=ImportError)
    if lacks := _sound_card.missing():
        pytest.skip(f"The virtual sound card needs {lacks}.")
    with _sound_card.SoundCard() as card:
        yield card


@pytest.fixture
def plug_in(monkeypatch):
    """Function of a card: this process, and what it starts, finds it in place of any other."""

    def plug_in(card):
        for name, value in card.environment.items():
            monkeypatch.setenv(name, value)
        return card

    return plug_in


@pytest.fixture
def card(one_card, plug_in):
    """The card that a module's tests share."""
    return plug_in(one_card)


@pytest.fixture
def fragile(one_card, plug_in):
    """A card of the test's own, to be broken."""
    with _sound_card.SoundCard() as card:
        yield plug_in(card)
