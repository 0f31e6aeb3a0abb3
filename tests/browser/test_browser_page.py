"""The page that `helpers.page` makes, in a real Chromium: it hears what Python hears, and tells nobody."""

import base64
import re
import threading

import numpy as np
import pytest
import soundfile
import soxr

import synth
from helpers import page as pages
from helpers.config import AudioConfig
from helpers.live.detector import Detector
from helpers.messages import LessonError
from helpers.model import PRETRAINED, Model, Network, load_model
from tests.browser.microphone import plays
from tools import household
from tools.stage import launch

MODEL = load_model()
RATE = MODEL.config.sample_rate
SEND_ELSEWHERE = """new Promise((done) => {
    addEventListener("securitypolicyviolation", ({ effectiveDirective }) => done(effectiveDirective));
    fetch("http://127.0.0.1:9/", { method: "POST", body: "sound" }).catch(() => {});
})"""
RATES = (44_100, 48_000)  # of microphones
PHONE = {"viewport": {"width": 390, "height": 844}, "locale": "ko-KR"}
WAITS_MS = 60_000


def at(rate, made):
    """A synthetic recording [n] at another rate, with quiet behind it that ends an event."""
    sound = soxr.resample(made.samples.mean(axis=1) / 32_768, made.sample_rate, rate)  # 16-bit
    return np.append(sound, np.zeros(2 * rate)).astype(np.float32)


def barks(rate):
    """Three barks of a dog."""
    return at(rate, synth.synthesise("dog_bark", 5))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Function of a model's path, and what is left to `make`: the folder of its page."""

    def made(model, **settings):
        try:
            return pages.make(model, tmp_path_factory.mktemp("page") / "page", confirm=lambda _: True, **settings)
        except LessonError as error:
            if error.key == "page.no_server":
                pytest.skip("onnxruntime-web is not in the cache, and there is no network to fetch it.")
            raise

    return made


@pytest.fixture(scope="module")
def folder(made):
    return made(PRETRAINED)


@pytest.fixture(scope="module")
def served():
    """Function of a folder: its address, and the list of what was asked for there."""
    servers = []

    def served(folder):
        server, asked = pages.server(folder, 0), []
        finish = server.finish_request
        server.finish_request = lambda request, client: (asked.append(client), finish(request, client))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://localhost:{server.server_port}/", asked

    yield served
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def opened(chromium, served, folder):
    """A page in a browser without a fake microphone."""
    with launch(chromium) as browser:
        yield ready(browser.new_page(locale="en-US"), served(folder)[0])


def ready(page, address):
    """Open the page, and wait until it may be started."""
    page.set_default_timeout(WAITS_MS)
    page.goto(address)
    page.locator("#toggle:enabled").wait_for()
    return page


PACKS = """
const p = await import("/page.js"), d = await import("/detector.js");
const unpack = (word) => new Float32Array(Uint8Array.from(atob(word), (letter) => letter.charCodeAt(0)).buffer);
const pack = ({ buffer }) => btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""));
"""


def run(page, body, *given):
    """What JavaScript gives that knows the page's modules; sounds are packed, because numbers one by one take long."""
    return page.evaluate(f"async (given) => {{ {PACKS} {body} }}", given)


def pack(sound):
    return base64.b64encode(np.asarray(sound, np.float32).tobytes()).decode()


def unpack(word):
    return np.frombuffer(base64.b64decode(word), np.float32)


def resampled(page, sound, rate):
    return unpack(run(page, "return pack(p.resampled(unpack(given[0]), given[1]).slice())", pack(sound), rate))


def events_of(windows):
    return [vars(window.event) for window in windows if window.event and window.event.end_s is not None]


# ---- what it computes ------------------------------------------------------------------------------------------------


def test_probabilities_are_those_of_pytorch(opened):
    sound = barks(RATE)
    windows = np.stack([sound[begin : begin + RATE] for begin in range(0, 4 * RATE, RATE // 4)])
    body = "return Promise.all(given.map(async (one) => Array.from(await p.judge(unpack(one)))))"
    expected = MODEL.predict_proba(windows)
    assert np.ptp(expected[:, 0]) > 0.9
    assert np.abs(np.array(run(opened, body, *map(pack, windows))) - expected).max() <= 1e-5


@pytest.mark.parametrize("seconds", [None, 0.4])
def test_a_recording_gives_the_events_that_python_finds(opened, seconds):
    sound = barks(RATE)[round(0.4 * RATE) if seconds else 0 :][: seconds and round(seconds * RATE)]
    detector = Detector.of(MODEL)
    expected = events_of(detector.feed(sound) + detector.finish())
    found = run(opened, "return (await p.listen(unpack(given[0]))).events", pack(sound))
    assert len(found) == (1 if seconds else 3)
    for event, one in zip(found, expected, strict=True):
        times = [event[name] for name in ("start", "end", "reported")]
        assert times == [one["start_s"], one["end_s"], one["reported_s"]]
        assert event["peak"] == pytest.approx(one["peak"], abs=1e-5)


def test_whatever_a_model_says_the_events_are_those_of_python(opened):
    """Bursts of noise, some below the gate, and probabilities by chance; in blocks of any size."""
    config, generator, runs = AudioConfig(sample_rate=4050, segment_seconds=0.5), np.random.default_rng(0), []
    for threshold in (0.3, 0.6, 0.9) * 10:
        size, scores = int(generator.integers(500, 20_000)), generator.choice([0.1, 0.2, 0.4, 0.7, 0.95], 100)
        loud = 10 ** generator.uniform(-4, -0.5, 1 + size // 500).repeat(500)[:size]
        sound, rest = (loud * generator.standard_normal(size)).astype(np.float32), iter(())
        detector = Detector(lambda windows: [next(rest, 0.0) for _ in windows], config, threshold=threshold)  # noqa: B023
        rest = iter(scores)
        expected = events_of(detector.feed(sound) + detector.finish())
        facts = {"rate": 4050, "seconds": 0.5, "samples": config.segment_samples, "gate": config.gate_dbfs}
        runs.append((facts, threshold, pack(sound), scores.tolist(), int(generator.integers(100, 5000)), expected))
    body = """return given[0].map(([facts, threshold, packed, scores, size]) => {
        const sound = unpack(packed), detector = new d.Detector(facts, threshold), found = new Set();
        const follow = (windows) => windows.forEach((window) => {
            const event = detector.step(window, detector.isLoud(window) ? scores.shift() : 0);
            if (event) found.add(event);
        });
        for (let begin = 0; begin < sound.length; begin += size) {
            follow(detector.windows(sound.slice(begin, begin + size)));
        }
        follow(detector.rest());
        detector.finish();
        return [...found].map(({ start, end, reported, peak }) => [start, end, reported, peak]);
    })"""
    found = run(opened, body, [one[:-1] for one in runs])
    expected = [[[*event.values()] for event in one[-1]] for one in runs]
    assert found == expected and sum(map(len, found)) > 30


@pytest.mark.parametrize("rate", RATES)
def test_the_resampler_keeps_what_fits_and_drops_what_would_fold(opened, rate):
    middle = slice(RATE // 4, -RATE // 4)
    for hertz in (0, 60, 5000, 9500):
        heard = resampled(opened, np.cos(2 * np.pi * hertz * np.arange(rate) / rate), rate)
        kept = np.cos(2 * np.pi * hertz * np.arange(RATE) / RATE)
        assert len(heard) == RATE and np.abs(heard - kept)[middle].max() < 1e-3  # at its place, too
    for hertz in (11_100, 12_000, 21_000):
        folded = resampled(opened, np.cos(2 * np.pi * hertz * np.arange(rate) / rate), rate)[middle]
        assert 20 * np.log10(np.abs(folded).max()) < -80


def test_the_resampler_gives_the_same_whatever_the_blocks(opened):
    body = """const sound = unpack(given[0]), sizes = given[1], at = new d.Resampler(48000, 22050), output = [];
        for (let begin = 0, turn = 0; begin < sound.length; begin += sizes[turn++ % sizes.length]) {
            output.push(...at.push(sound.slice(begin, begin + sizes[turn % sizes.length])));
        }
        return output"""
    sound = pack(np.random.default_rng(0).standard_normal(9000))
    whole = run(opened, body, sound, [9000])
    assert len(whole) > 4000
    for sizes in ([128], [1], [5, 1000, 3]):
        assert run(opened, body, sound, sizes) == whole


def test_microphones_of_both_rates_give_the_same_events(opened):
    body = "return (await p.listen(p.resampled(unpack(given[0]), given[1]))).events"
    found = [run(opened, body, pack(barks(rate)), rate) for rate in RATES]
    for one, other in zip(*found, strict=True):
        assert one == pytest.approx(other, abs=0.011)  # a frame in which an onset is looked for
    assert len(found[0]) == 3


# ---- what it does ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rate", "look"), [(44_100, "light"), pytest.param(48_000, "dark", marks=pytest.mark.weekly)])
def test_a_bark_is_found_and_rain_is_not_and_nothing_is_sent(
    chromium, served, folder, tmp_path, screenshots, rate, look
):
    soundfile.write(tmp_path / "barks.wav", barks(rate), rate)
    soundfile.write(tmp_path / "rain.wav", at(rate, household.make("rain", household.TEST_SEED + 2)), rate)
    address, asked = served(folder)
    with launch(chromium, *plays(tmp_path / "barks.wav")) as browser:
        page = browser.new_page(**PHONE, color_scheme=look)
        elsewhere = []
        page.on("request", lambda request: request.url.startswith(address) or elsewhere.append(request.url))
        ready(page, address)
        loaded = len(asked)
        page.get_by_role("button", name="듣기 시작").click()
        page.locator("#events li").nth(2).wait_for()
        page.get_by_role("status").filter(has_text="듣고 있어요").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["viewport"]["width"]
        page.screenshot(path=screenshots / f"page-{look}.png", full_page=True)
        page.get_by_role("button", name="English").click()
        page.get_by_role("button", name="Stop").click()
        times = page.locator("#events li").all_inner_texts()
        assert all(re.fullmatch(r"\d+:\d\d:\d\d [AP]M · [\d.]+ s · probability (0\.9\d|1\.00)", one) for one in times)
        assert page.evaluate("Object.keys(localStorage).length + document.cookie.length") == 0
        assert len(asked) == loaded and not elsewhere  # nothing once it is there, and nothing from anywhere else
        assert page.evaluate(SEND_ELSEWHERE) == "connect-src"  # the browser would not let it
    with launch(chromium, *plays(tmp_path / "rain.wav")) as browser:
        page = ready(browser.new_page(**PHONE), address)
        page.get_by_role("button", name="듣기 시작").click()
        page.wait_for_timeout(8000)
        assert 0 < float(page.locator("#probability").get_attribute("value") or 0) < 0.5
        assert page.locator("#events li").count() == 0


def test_without_a_microphone_a_file_is_judged(chromium, served, folder, tmp_path, screenshots):
    for name in ("dog.wav", "dog.mp3"):
        soundfile.write(tmp_path / name, barks(44_100), 44_100)
    (tmp_path / "none.wav").write_bytes(b"no sound")
    with launch(chromium, "--use-fake-device-for-media-stream", "--deny-permission-prompts") as browser:
        page = ready(browser.new_page(**PHONE), served(folder)[0])
        page.get_by_role("button", name="듣기 시작").click()
        page.get_by_role("status").filter(has_text="소리 파일을 골라").wait_for()
        page.screenshot(path=screenshots / "page-refused.png", full_page=True)
        page.get_by_role("button", name="듣기 시작").wait_for()  # it can be tried again
        page.get_by_label("소리 파일 고르기").set_input_files(tmp_path / "dog.wav")
        page.get_by_role("status").filter(has_text="3번 찾았어요").wait_for()
        assert page.locator("#events li").count() == 3
        page.get_by_label("소리 파일 고르기").set_input_files(tmp_path / "none.wav")
        page.get_by_role("status").filter(has_text="읽지 못했어요").wait_for()
        assert page.locator("#events li").count() == 0
        page.get_by_label("문턱값").fill("1")  # as far as it goes
        page.get_by_label("소리 파일 고르기").set_input_files(tmp_path / "dog.mp3")
        page.get_by_role("status").filter(has_text="0번 찾았어요").wait_for()


@pytest.mark.weekly
def test_the_menu_decides_which_label_counts_and_the_title_names_it(chromium, served, made, tmp_path):
    network = Network(3)
    network.head.bias.data[:] = network.head.bias.new_tensor([0, 0, 9])  # sure of the last label
    config = AudioConfig(sample_rate=16_000, segment_seconds=0.5)
    model = Model(network=network, config=config, labels=("other", "my_dog", "rain"), target="my_dog")
    model.save(tmp_path / "mine.safetensors")
    soundfile.write(tmp_path / "noise.wav", np.random.default_rng(0).normal(0, 0.1, 32_000), 16_000)
    with launch(chromium) as browser:
        page = ready(browser.new_page(locale="en-US"), served(made(tmp_path / "mine.safetensors"))[0])
        assert page.title() == "my dog"
        assert page.locator("option").all_inner_texts() == ["my dog", "other", "rain"]
        for label, count in (("my dog", 0), ("rain", 1)):
            page.get_by_label("Listen for").select_option(label)
            page.get_by_label("Choose a sound file").set_input_files(tmp_path / "noise.wav")
            page.get_by_role("status").filter(has_text=f"found {count} times").wait_for()
        assert page.get_by_role("heading", level=1).inner_text() == "rain"
        page = ready(browser.new_page(), served(made(tmp_path / "mine.safetensors", title="<b>Mongi</b>"))[0])
        assert page.title() == page.get_by_role("heading", level=1).inner_text() == "<b>Mongi</b>"
