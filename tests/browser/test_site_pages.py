"""The site in a real Chromium: on a phone and on a laptop, light and dark, for people who see it and who do not."""

import re
import tarfile
import threading

import pooch
import pytest
import requests
import soundfile

from helpers import page as pages
from helpers.environment import data_dir
from tests.sites import faults, files, lesson, project, soup
from tools import site

AXE = "https://registry.npmjs.org/axe-core/-/axe-core-4.14.1.tgz"
SHA512 = (
    "1477dafa598d8d065f273d6af302aa203c02e83131707b7fa648cd41bd3d6b73"
    "4f8c22a0dab86ee6a6f64b8afbe804b214d36db85a2826965edfb3a0b9d546b5"
)
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SCREENS = {"phone": ({"width": 390, "height": 844}, "dark"), "laptop": ({"width": 1366, "height": 768}, "light")}


@pytest.fixture(scope="module")
def axe():
    """The text of axe-core, which finds what people who do not see a page would stumble on."""
    fetch = pooch.HTTPDownloader(timeout=30)
    try:
        archive = pooch.retrieve(AXE, f"sha512:{SHA512}", fname="axe-core.tgz", path=data_dir(), downloader=fetch)
    except requests.RequestException:
        pytest.skip("axe-core is not in the cache, and there is no network to fetch it.")
    with tarfile.open(archive) as packed:
        return packed.extractfile("package/axe.min.js").read().decode()


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A site of one small lesson, without the page that listens."""
    place = tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site, "execute", lambda notebook, folder: notebook.update(lesson(folder.name, 2)))
        patch.setattr(site, "_listen", lambda _: False)
        site.make(place / "site", project(place / "project"), jobs=1)
    return place / "site"


@pytest.fixture(scope="module")
def whole(tmp_path_factory, builtin_sounds):
    folder = tmp_path_factory.mktemp("site") / "site"
    site.make(folder)
    return folder


@pytest.fixture
def seen(browser, axe, screenshots):
    """Function of a folder: what is wrong with its pages on a screen, one line each."""

    def seen(folder, screen):
        viewport, look = SCREENS[screen]
        server, found = pages.server(folder, 0), []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        here = f"http://localhost:{server.server_port}/"
        page = browser.new_page(viewport=viewport, color_scheme=look, reduced_motion="reduce")
        page.on("request", lambda request: request.url.startswith(here) or found.append(f"asked for {request.url}"))
        page.on("pageerror", lambda error: found.append(str(error)))
        for name in sorted(name for name in files(folder) if name.endswith(".html") and "/" in name):
            page.goto(here + name)
            page.wait_for_function("document.title !== '…'")  # until its script has written the page that listens
            if page.evaluate("document.documentElement.scrollWidth") > viewport["width"]:
                found.append(f"{name} is wider than the screen")
            page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
            page.evaluate(axe)
            said = page.evaluate("levels => axe.run({ runOnly: levels })", LEVELS)
            found += [f"{name}: {one['id']}: {one['nodes'][0]['html']}" for one in said["violations"]]
            page.screenshot(path=screenshots / f"site-{name.replace('/', '-')}-{screen}.png")
        page.close()
        server.shutdown()
        server.server_close()
        return found

    return seen


@pytest.mark.parametrize("screen", SCREENS)
def test_a_small_site_suits_everybody(small, seen, screen):
    assert seen(small, screen) == []


def test_what_would_exclude_somebody_is_seen(small, seen, tmp_path):
    page = tmp_path / "en" / "index.html"
    page.parent.mkdir()
    page.write_text("<title>x</title><p style='width: 2000px; color: #999'>pale and wide", encoding="utf-8")
    found = " ".join(seen(tmp_path, "laptop"))
    assert [word for word in ("html-has-lang", "color-contrast", "wider") if word not in found] == []


@pytest.mark.parametrize(("locale", "language"), [("ko-KR", "ko"), ("en-GB", "en"), ("fr-FR", "en")])
def test_the_first_page_leads_to_the_browsers_language(browser, small, locale, language):
    page = browser.new_page(locale=locale)
    page.goto((small / "index.html").as_uri())  # from a folder, without a server
    page.wait_for_url(f"**/{language}/index.html")
    assert page.locator("html").get_attribute("lang") == language
    page.close()


def test_a_sound_is_played(browser, small):
    page = browser.new_page()
    page.goto((small / "en" / "01_small.html").as_uri())
    lasts = "player => player.play().then(() => player.duration)"
    assert page.locator("audio").first.evaluate(lasts) == pytest.approx(2)
    page.close()


@pytest.mark.weekly
@pytest.mark.timeout(1800)
def test_the_whole_site_is_in_order(whole):
    assert faults(whole) == []
    players = [
        (path.parent / player["src"], player) for path in whole.glob("??/*.html") for player in soup(path)("audio")
    ]
    assert len(players) > 100
    for sound, player in players:  # which stands before its seconds
        said = re.search(r"[\d.]+", player.find_next_sibling().get_text())[0]
        assert soundfile.info(sound).duration == pytest.approx(float(said), abs=0.01), sound.name
    assert (whole / "listen").is_dir() or "listen" not in (whole / "ko" / "index.html").read_text(encoding="utf-8")


@pytest.mark.weekly
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("screen", SCREENS)
def test_the_whole_site_suits_everybody(whole, seen, screen):
    assert seen(whole, screen) == []
