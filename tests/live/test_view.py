"""What is seen of a sound: the live picture, the monitor as a learner uses it, the source menu, and the terminal."""

import base64
import functools
import html
import io
import re
import threading
import time
from unittest import mock

import ipywidgets
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_rgba
from PIL import Image

from helpers import audio
from helpers.audio import AudioWarning
from helpers.config import AudioConfig
from helpers.features import log_mel
from helpers.live import sources, view
from helpers.live.detector import Detection, Detector, Window
from helpers.live.listener import Listener
from helpers.live.sources import FileSource, LiveError, Ring
from helpers.live.terminal import BANDS, bars, watch
from helpers.live.view import CLIPPED, RATE, SHOWN, SIZE, LiveFigure, SourceMenu, monitor
from helpers.messages import text
from helpers.players import Sound
from helpers.plots import BLUE, ORANGE
from tests.live.stand_in import Device, tone, within

CONFIG = AudioConfig()
HZ = CONFIG.sample_rate


def history(sound, config=CONFIG):
    ring = Ring(12 * config.sample_rate)
    ring.write(np.asarray(sound, dtype=np.float32))
    return ring


def noise(count, seed=0):
    return np.random.default_rng(seed).normal(0, 0.1, count).astype(np.float32)


# ---- the picture -----------------------------------------------------------------------------------------------------


@functools.cache
def shared_figure():
    """The figure of most tests: to draw its axes takes longer than all else, and no picture depends on those before."""
    return LiveFigure()


@pytest.fixture(scope="module")
def figure():
    return shared_figure()


def shown_windows(smoothed=0.25, events=()):
    found = {round(event.reported_s if event.end_s is None else event.end_s, 1): event for event in events}
    times = np.arange(1, 10.01, 0.1).round(1)
    return [Window(float(time_s), 0.5, smoothed, found.get(time_s)) for time_s in times]


def test_what_is_drawn_over_the_axes_is_what_matplotlib_would_draw_as_a_whole():
    figure, sound = LiveFigure(threshold=0.3), noise(10 * HZ)
    sound[-HZ // 4 :] = 1.0
    image = figure.draw(history(sound), shown_windows(0.4, [Detection(8.0, None, 8.3, 0.9)]))
    assert (image.size, image.mode) == (SIZE, "RGB")
    for artist in figure.artists:
        artist.set_animated(False)
    figure.canvas.draw()
    whole = np.asarray(figure.canvas.buffer_rgba())[:, :, :3].astype(int)
    apart = np.abs(np.asarray(image).astype(int) - whole).max(axis=2)
    assert np.mean(apart > 40) < 0.002  # frames are drawn twice, so that their smooth edges are darker


def test_a_new_picture_holds_nothing_of_the_one_before(figure):
    first = figure.draw(history(noise(6 * HZ)), shown_windows()).tobytes()
    other = figure.draw(
        history(tone(9, 0.5, 500, HZ)), shown_windows(0.9, events=[Detection(8.0, None, 8.3, 0.9)])
    ).tobytes()
    assert other != first == figure.draw(history(noise(6 * HZ)), shown_windows()).tobytes()


@pytest.mark.parametrize(("rate", "amplitude"), [(8_000, 1.0), (48_000, 0.01)])
def test_the_spectrum_has_its_peak_at_the_tone_on_an_axis_up_to_half_the_rate(rate, amplitude):
    config = AudioConfig(sample_rate=rate)
    figure = LiveFigure(config)
    figure.draw(history(tone(1, amplitude, 1000, rate), config))
    frequencies, levels = figure.spectrum.get_data()
    assert frequencies[np.argmax(levels)] == pytest.approx(1000, abs=rate / 2048)
    assert max(levels) == pytest.approx(20 * np.log10(amplitude), abs=2)  # between two frequencies a peak loses 1.4 dB
    assert figure.spectrum.axes.get_xlim() == (50, rate / 2)


def test_what_is_clipped_either_way_is_marked_and_named_and_nothing_else(figure):
    sound = np.full(HZ, 0.9 * CLIPPED)
    figure.draw(history(sound))
    assert not np.isfinite(figure.clipped.get_ydata()).any() and not figure.warning.get_visible()
    sound[HZ // 4 : HZ // 2], sound[HZ // 2 : -HZ // 4] = 1, -1
    figure.draw(history(sound))
    marked = figure.clipped.get_xdata()[np.isfinite(figure.clipped.get_ydata())]
    assert (marked.min(), marked.max()) == pytest.approx((-0.75, -0.25), abs=0.005) and figure.warning.get_visible()
    assert len(marked) == pytest.approx(len(figure.clipped.get_xdata()) / 2, abs=4)


def test_the_waveform_is_the_last_second_and_loses_no_peak(figure):
    sound, peaks_ago = np.zeros(3 * HZ), np.linspace(0.95, 0.05, 40)
    sound[-np.round(peaks_ago * HZ).astype(int)] = np.tile([0.8, -0.8], 20)
    figure.draw(history(sound))
    seconds, heights = figure.wave.get_data()
    assert heights[heights != 0] == pytest.approx(np.tile([0.8, -0.8], 20))
    assert seconds[heights != 0] == pytest.approx(-peaks_ago, abs=0.005)


def test_the_mel_picture_moves_by_whole_columns_only(figure):
    sound, start = noise(8 * HZ), 6 * HZ // CONFIG.hop_length * CONFIG.hop_length
    pictures = []
    for end in (start, start + 100, start + 255, start + 256):
        figure.draw(history(sound[:end]))
        pictures.append(np.array(figure.mel.get_array()))
    first, *others, moved = pictures
    assert moved.shape[1] == 5 * HZ // CONFIG.hop_length
    assert all((first == other).all() for other in others)
    assert not (first == moved).all()
    np.testing.assert_allclose(first[:, 3:-2], moved[:, 2:-3], atol=0.01)  # frames at the edge see other neighbours
    whole = log_mel(sound[: start + CONFIG.hop_length], CONFIG)[:, -moved.shape[1] :]
    np.testing.assert_allclose(moved[:, 2:-2], whole[:, 2:-2], atol=0.01)


@pytest.mark.parametrize("count", [0, 1, HZ, 5 * HZ])
def test_a_short_history_is_drawn_as_if_silence_had_been_before(figure, count):
    before = np.zeros(6 * HZ // CONFIG.hop_length * CONFIG.hop_length)
    long = figure.draw(history(np.concatenate([before, noise(count)]))).tobytes()
    assert figure.draw(history(noise(count))).tobytes() == long


@pytest.mark.parametrize("smoothed", [0.0, 0.49, 0.5, 1.0])
def test_windows_and_events_stand_at_their_times_and_the_dot_tells_whether_the_threshold_is_reached(figure, smoothed):
    begun, ended = Detection(6.0, None, 6.3, 0.9), Detection(6.0, 7.5, 6.3, 0.9)
    lasts = Detection(8.5, None, 8.7, 0.9)
    windows = shown_windows(smoothed, (begun, ended, lasts))
    figure.draw(history(np.zeros(10 * HZ)), windows)
    for line, name in ((figure.probabilities, "probability"), (figure.smoothed, "smoothed")):
        seconds, heights = line.get_data()
        assert list(seconds) == pytest.approx([window.end_s - 10 for window in windows])
        assert list(heights) == [getattr(window, name) for window in windows]
    assert figure.now.get_ydata()[0] == smoothed
    assert to_rgba(figure.now.get_color()) == to_rgba(ORANGE if smoothed >= 0.5 else BLUE)
    spans = [(path.vertices[:, 0].min(), path.vertices[:, 0].max()) for path in figure.events.get_paths()]
    assert np.array(spans).ravel() == pytest.approx([-4, -2.5, -1.5, 0])  # the one that lasts is shaded until now
    places = [line.axes.get_position().intervalx for line in (figure.mel, figure.smoothed)]
    assert places[0] == pytest.approx(places[1])  # the same time stands there in both


# ---- the monitor -----------------------------------------------------------------------------------------------------


def loud(windows):
    """To this one all that is loud is a dog."""
    return (np.abs(windows).max(axis=1) > 0.3).astype(float)


def barks(count, apart_s=2.5):
    """Short bursts, each another, with silence around them."""
    sound = np.zeros(round((count + 1) * apart_s * HZ), dtype=np.float32)
    for number in range(1, count + 1):
        begin = round(number * apart_s * HZ)
        sound[begin : begin + 4000] = 0.9 * np.sin(np.arange(4000) * (0.1 + 0.02 * number))
    return sound


def view_of(source, on_event=None):
    with mock.patch.object(view, "LiveFigure", return_value=shared_figure()) as drawn:
        shown = monitor(Listener(source, Detector(loud, smooth=1), on_event))
    assert drawn.call_args.args == (CONFIG, 0.5)
    return shown


def changes(widget):
    seen = []
    widget.observe(lambda change: seen.append(change["new"]), "value")
    return seen


def rows(shown):
    """The rows in the order a browser puts them, without their players."""
    found = sorted((row for row in shown.rows if row.value), key=lambda row: int(row.layout.order))
    return [re.sub("<[^>]*>", "", row.value) for row in found]


def following():
    return {thread.name for thread in threading.enumerate()} & {"monitor", "listener"}


def buttons(shown):
    return shown.begin.disabled, shown.end.disabled


@pytest.fixture
def live():
    """The view of a device that waits for a test's sound."""
    device = Device(HZ, CONFIG)
    device.name, device.patience_s = "<device>", 60
    shown = view_of(device)
    yield shown
    shown.stop()


def started(shown):
    source, times = shown.listener.source, shown.listener.source.opened
    shown.begin.click()
    assert within(20, lambda: source.opened > times)
    return source


def is_drawn(shown):
    """Whether what comes now is drawn, picture after picture."""
    seen = changes(shown.picture)
    return within(20, lambda: shown.listener.source.push(noise(100)) or len(seen) > 1)


def test_a_recording_is_followed_to_its_end_and_its_last_state_stays(language):
    source = FileSource(barks(2))
    source.widget = ipywidgets.HTML("the browser's own button")
    shown = view_of(source)
    assert (shown.begin.description, shown.end.description) == (text("view.start"), text("view.stop"))
    assert buttons(shown) == (False, True) and shown.place.children == (source.widget,)
    before = shown.picture.value
    shown.start()
    shown.wait()
    assert buttons(shown) == (False, True) and not following()
    assert shown.picture.value != before
    last = shared_figure().draw(shown.listener.detector.history, list(shown.listener.windows))
    jpeg = Image.open(io.BytesIO(shown.picture.value))
    assert np.abs(np.asarray(jpeg).astype(int) - np.asarray(last).astype(int)).mean() < 2
    assert shown.status.value.startswith(f"<p>{text('live.kind_file')} · 7") and shown.note.value == ""
    assert "66" in shown.status.value and str(shown.listener.detector.quiet) in shown.status.value
    assert len(shown.listener.log) == len(rows(shown)) == 2
    first, *others = repr(shown).splitlines()
    assert first == text("view.closed") and others == rows(shown)[::-1]
    assert shown._repr_mimebundle_()["text/plain"] == repr(shown)


def test_a_recording_is_heard_once_when_it_is_shown_and_its_picture_kept():
    shown = view_of(FileSource(barks(2)))
    assert repr(shown) == text("view.closed")
    bundle = shown._repr_mimebundle_()
    log = shown.listener.log
    assert bundle["text/plain"] == repr(shown) and len(bundle["text/plain"].splitlines()) == 1 + len(log) == 3
    assert Image.open(io.BytesIO(bundle["image/png"])).size == SIZE
    shown._repr_mimebundle_()
    assert shown.listener.log is log  # not again


def test_a_device_is_not_opened_by_showing_and_its_events_are_not_stored(live):
    bundle = live._repr_mimebundle_()
    assert bundle["text/plain"] == text("view.closed") and not live.listener.source.opened
    live.listener.log.add(Detection(1.0, 2.0, 1.1, 0.9), noise(100))
    assert live._repr_mimebundle_()["text/plain"] == text("view.closed")


def test_by_the_button_a_recording_takes_its_time_and_is_heard_aloud():
    shown = view_of(FileSource(barks(1, apart_s=0.6)))
    shown.begin.click()
    began = time.monotonic()
    assert "autoplay" in shown.aloud.value
    shown.wait()
    assert time.monotonic() - began > 1 and len(shown.listener.log) == 1
    shown.end.click()
    assert shown.aloud.value == ""
    shown.start()
    assert shown.aloud.value == "" and not shown.listener.source.real_time
    shown.wait()


def test_what_an_answer_says_is_shown_and_heard_until_the_next_start():
    shown = view_of(FileSource(barks(1)), on_event=lambda _event: shown.say("<Dinner>, Bori!", Sound(barks(1), HZ)))
    shown.start()
    shown.wait()
    assert "&lt;Dinner&gt;, Bori!" in shown.said.value and "autoplay" in shown.said.value
    shown.listener.on_event = None
    shown.start()
    assert shown.said.value == ""
    shown.wait()


def test_events_stand_newest_first_can_be_heard_again_and_leave_the_other_rows_alone(live, language):
    """A sound that is being played would stop if its row were written again."""
    count, written = SHOWN + 3, [changes(row) for row in live.rows]
    live.listener.source.live = False  # a recording's windows are all judged
    source = started(live)
    for number, sound in enumerate(np.split(barks(count), count + 1)):
        source.push(sound)
        assert within(20, lambda number=number: sum(map(len, written)) == number)
    assert max(map(len, written)) == -(-count // SHOWN) and len(rows(live)) == SHOWN
    for number, row in zip(range(count, 3, -1), rows(live), strict=True):
        event = live.listener.log.events[number - 1]
        assert event.start_s == pytest.approx(2.5 * number, abs=0.05)
        values = {"start": f"{event.start_s:.1f}", "end": f"{event.end_s:.1f}", "peak": "1.00"}
        assert row == text("view.event", number=number, **values)
        wav = base64.b64decode(live.rows[number % SHOWN].value.split("base64,")[1].split('"')[0])
        assert wav[44:] == audio.to_int16(live.listener.log.sound(number)).tobytes()


def test_stopping_frees_the_source_and_ends_both_threads(live):
    for _ in range(2):  # it begins again as often as wanted
        source = started(live)
        live.begin.click()  # a second press while it runs changes nothing
        assert buttons(live) == (True, False) and "&lt;device&gt;" in live.status.value
        assert following() == {"monitor", "listener"}
        assert sum(thread.name == "monitor" for thread in threading.enumerate()) == 1
        live.end.click()
        assert source.read() is None and not following()
        assert buttons(live) == (False, True)


def test_an_event_may_stop_it():
    shown = view_of(FileSource(barks(3)), on_event=lambda _event: shown.stop())
    shown.start()
    shown.wait()
    assert not following() and shown.listener.error is None and shown.listener.detector.heard_s < 4
    assert buttons(shown) == (False, True)


def test_a_start_while_the_last_picture_is_still_drawn_is_followed_too(live, monkeypatch):
    begun, drawn, reached = (threading.Event() for _ in range(3))
    status, wait = view.Monitor._status, view.Monitor.wait

    def slow(shown):
        if live.listener.running:
            begun.set()
        else:
            reached.set()
            drawn.wait(20)
        return status(shown)

    monkeypatch.setattr(view.Monitor, "_status", slow)
    monkeypatch.setattr(view.Monitor, "wait", lambda shown: drawn.set() or wait(shown))
    started(live)
    assert begun.wait(20)
    live.listener.stop()
    assert reached.wait(20)
    live.start()
    assert is_drawn(live) and following() == {"monitor", "listener"}


@pytest.mark.parametrize("shown_first", [False, True])
def test_a_listener_that_was_started_by_code_is_followed(live, shown_first):
    live.listener.start()
    assert within(20, lambda: live.listener.source.opened)
    if shown_first:
        shown = live
        shown.begin.click()
    else:
        shown = monitor(live.listener)
    assert buttons(shown) == (True, False) and is_drawn(shown)
    shown.listener.stop()  # by code, not by the button
    shown.wait()
    assert buttons(shown) == (False, True)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_picture_that_fails_does_not_take_the_stop_button_away(live, monkeypatch):
    monkeypatch.setattr(LiveFigure, "draw", lambda *_: 1 / 0)
    live.start()
    live.wait()
    assert live.listener.running and not live.end.disabled
    live.end.click()
    assert not live.listener.running and not live.begin.disabled


def test_an_error_is_its_sentence_and_a_new_run_begins_a_new_list(tmp_path, language):
    path = tmp_path / "<missing>.wav"
    shown = view_of(FileSource(barks(3)))
    shown.start()
    shown.wait()
    assert len(rows(shown)) == 3
    shown.listener.source = FileSource(path)
    shown.start()
    shown.wait()
    assert "⚠" in shown.note.value and "&lt;missing&gt;.wav" in shown.note.value
    assert buttons(shown) == (False, True)
    audio.save(path, barks(1), HZ)
    shown.begin.click()
    shown.wait()
    assert shown.note.value == "" and len(rows(shown)) == 1


def test_what_is_missing_in_a_recording_is_said():
    source = FileSource(barks(1))
    shown = view_of(source)
    source._cut = lambda: source.notes.append(AudioWarning("live.not_finite", count=7)) or iter([barks(1)])
    shown.start()
    shown.wait()
    assert html.escape(text("live.not_finite", count=7)) in shown.note.value and "#b00020" not in shown.note.value


@pytest.mark.parametrize("failure", [LiveError("live.vanished", name="<mic>", seconds="3"), ValueError("<odd>")])
def test_what_ends_the_listening_in_the_middle_is_told(live, failure):
    source = started(live)
    assert live.note.value == ""
    source.read = mock.Mock(side_effect=failure)
    live.wait()
    told = failure if isinstance(failure, LiveError) else "ValueError: <odd>"
    assert str(told).replace("<", "&lt;").replace(">", "&gt;") in live.note.value
    assert buttons(live) == (False, True)


def test_nothing_is_drawn_or_sent_while_nothing_comes(live, monkeypatch):
    started(live)
    assert within(20, lambda: live.listener.detector.history is live._drawn[0])
    seen = [changes(widget) for widget in (live.picture, live.status, live.note)]
    monkeypatch.setattr(LiveFigure, "draw", None)  # would fail
    refreshed, status = [], view.Monitor._status
    monkeypatch.setattr(view.Monitor, "_status", lambda shown: refreshed.append(shown) or status(shown))
    assert within(20, lambda: len(refreshed) > 4)
    assert seen == [[], [], []] and following() == {"monitor", "listener"}


def test_pictures_come_often_enough_to_move_and_no_more(live, monkeypatch):
    monkeypatch.setattr(LiveFigure, "draw", lambda *_: Image.effect_noise((9, 9), 99))  # another each time
    seen, began = changes(live.picture), time.monotonic()
    source = started(live)
    within(1, lambda: source.push(noise(100)))  # which never comes true: for a whole second
    live.stop()
    assert 4 < len(seen) <= RATE * (time.monotonic() - began) + 2


def test_the_listener_does_not_wait_for_the_pictures(monkeypatch):
    shown, drawing = view_of(FileSource(barks(2))), threading.Event()
    monkeypatch.setattr(LiveFigure, "draw", lambda *_: drawing.wait(20) and Image.new("RGB", SIZE))
    shown.start()
    shown.listener.wait()
    assert len(shown.listener.log) == 2 and shown._thread.is_alive()
    drawing.set()
    shown.wait()
    assert len(rows(shown)) == 2


# ---- the menu of sources ---------------------------------------------------------------------------------------------

BUILT_IN = sources.Device(0, "마이크", "ALSA", 44_100, 2, True)
PLUGGED_IN = sources.Device(3, "USB <mic>", "ALSA", 48_000, 1, False)


@pytest.fixture
def plugged(monkeypatch):
    """What asks for the microphones of this computer, to be changed by the test."""
    devices = mock.Mock(return_value=[BUILT_IN, PLUGGED_IN])
    monkeypatch.setattr(view, "devices", devices)
    monkeypatch.setattr(SourceMenu, "chosen", "file")
    return devices


def values(menu):
    return [value for _, value in menu.menu.options]


def printed(menu):
    return menu._repr_mimebundle_()["text/plain"]


def test_every_microphone_is_offered_beside_what_is_everywhere(plugged, language):
    menu = SourceMenu()
    assert values(menu) == ["file", "browser", "auto", "mic:0", "mic:3"]
    names = [name for name, _ in menu.menu.options]
    assert "마이크" in names[3] and "44100" in names[3] and text("view.default") in names[3]
    assert "USB <mic>" in names[4] and text("view.default") not in names[4]
    assert menu.value == "file" and menu.note.value == "" and printed(menu) == text("view.sources")


def test_a_menu_that_is_shown_again_keeps_what_was_chosen_unless_it_is_gone(plugged):
    SourceMenu().menu.value = "mic:3"
    assert SourceMenu().value == "mic:3"
    plugged.return_value = [BUILT_IN]
    again = SourceMenu()
    assert again.value == "file" and "mic:3" not in values(again)


@pytest.mark.parametrize("error", [LiveError("live.no_pyaudio", command="pip <x>"), LiveError("live.no_input")])
def test_without_a_microphone_it_says_why_and_the_others_remain(error, plugged):
    plugged.side_effect = error
    menu = SourceMenu()
    assert values(menu) == ["file", "browser", "auto"]
    assert str(error) in html.unescape(menu.note.value)
    assert printed(menu) == text("view.sources")  # as on any computer


def test_the_menu_is_what_is_heard_and_a_view_made_again_keeps_it(plugged, monkeypatch):
    given = FileSource(barks(1))
    shown = view_of(given)
    assert shown.listener.source is given and shown.note.value == ""
    shown.start()
    shown.sources.menu.value = "mic:3"
    assert not following() and shown.listener.source.device == 3
    assert text("live.kind_mic") in shown.note.value
    again = view_of(FileSource(barks(1)))
    assert again.sources.value == "mic:3" and again.listener.source.device == 3
    again.sources.menu.value = "file"
    assert not again.listener.source.live and again.note.value == ""


def test_the_browsers_button_stands_in_the_view_while_it_is_chosen(plugged, monkeypatch):
    monkeypatch.setattr(sources, "_notebook", lambda: True)
    shown = view_of(FileSource(barks(1)))
    shown.sources.menu.value = "browser"
    assert shown.place.children == (shown.listener.source.widget,)
    shown.sources.menu.value = "file"
    assert shown.place.children == ()


def test_a_source_that_is_not_there_says_so_and_the_one_before_remains(plugged, monkeypatch):
    monkeypatch.setattr(sources, "_notebook", lambda: False)
    given = FileSource(barks(1))
    shown = view_of(given)
    shown.sources.menu.value = "browser"
    assert shown.listener.source is given and "browser" in shown.note.value


# ---- the terminal ----------------------------------------------------------------------------------------------------


def read_bars(lines):
    """Middle frequency, bar and level of each band, the highest first."""
    found = [re.fullmatch(r" *(\d+) Hz (█*) +(-?\d+) dB", line) for line in lines]
    return [(int(one[1]), one[2], int(one[3])) for one in found]


@given(hz=st.floats(120, 10_000), amplitude=st.sampled_from([1.0, 0.1, 0.01, 0.0]))
def test_the_longest_bar_is_the_tones_full_at_0_db_and_empty_at_the_floor(hz, amplitude):
    lines = bars(tone(1, amplitude, hz, HZ), columns=100)
    found, width = read_bars(lines), 100 - len(" 12345 Hz ") - len("  -80 dB")
    assert [row[0] for row in found] == sorted((row[0] for row in found), reverse=True)
    for _, bar, level in found:
        assert len(bar) / width == pytest.approx(1 + level / 80, abs=0.02)
    middle, _, level = max(found, key=lambda row: row[2])
    if amplitude:
        assert (
            abs(np.log2(middle / hz)) < 0.5 * np.log2(HZ / 2 / 50) / BANDS + 0.07
        )  # a frequency of the spectrum apart
        assert level == pytest.approx(20 * np.log10(amplitude), abs=2.5)
    else:
        assert level == -80


@given(columns=st.integers(30, 300), count=st.integers(1, 40), rate=st.sampled_from([4000, 22_050, 192_000]))
def test_bars_fit_whatever_the_terminal_and_the_rate(columns, count, rate):
    lines = bars(noise(3000), AudioConfig(sample_rate=rate), columns, count)
    assert len(lines) == count and {len(line) for line in lines} == {columns}


def blocks(written):
    return [block.split("\n") for block in written.removesuffix("\n\n").split("\n\n")]


@pytest.mark.parametrize(("seconds", "told"), [(None, ["1.0", "2.0", "2.5"]), (0.25, ["0.2"]), (2, ["1.0", "2.0"])])
def test_a_file_gets_a_block_a_second_and_one_for_the_rest(seconds, told):
    out, source = io.StringIO(), FileSource(tone(2.5, 0.5, 440, HZ))
    watch(source, seconds, out)
    printed = blocks(out.getvalue())
    assert [re.search(r"· (\d\.\d)", block[0])[1] for block in printed] == told
    assert {len(block) for block in printed} == {BANDS + 1} and "\x1b" not in out.getvalue()
    assert all(block[0].startswith(f"{text('live.kind_file')} · ") and "-9 dBFS" in block[0] for block in printed)
    assert source.read() is None  # closed


def test_an_encoding_without_the_full_block_gets_bars_all_the_same():
    out = io.TextIOWrapper(io.BytesIO(), encoding="cp949", errors="replace")
    watch(FileSource(tone(1, 0.5, 440, HZ)), out=out)
    out.flush()
    written = out.buffer.getvalue().decode("cp949")
    assert "####" in written and "?" not in written


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(("columns", "height"), [(80, 24), (40, 12), (200, 60)])
def test_a_terminal_is_redrawn_in_place_and_fits(monkeypatch, columns, height):
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("LINES", str(height))
    out, sound = Terminal(), tone(2.5, 0.5, 440, HZ)
    watch(FileSource(sound), out=out)
    first, *later = re.split(r"\x1b\[(\d+)A", out.getvalue())
    moves, pictures = later[::2], [first, *later[1::2]]
    shown = first.count("\n")
    assert shown < height and len(pictures) > 20  # each tenth of a second of it, as the source gives it
    assert set(moves) == {str(shown)} and {picture.count("\n") for picture in pictures} == {shown}
    assert all(picture.startswith("\x1b[?7l") and picture.endswith("\x1b[?7h\n") for picture in pictures)
    lines = pictures[-1].removeprefix("\x1b[?7l").removesuffix("\x1b[?7h\n").split("\n")
    assert lines[1:] == [f"\x1b[K{line}" for line in bars(sound, columns=columns - 1, bands=shown - 1)]
