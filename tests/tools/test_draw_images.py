"""`make images` makes every picture of the pages and lessons; without a browser it draws what it can, and says so."""

from tools import draw_images, stage
from tools.screenshots import LESSONS


def test_without_a_browser_all_but_the_screenshots_are_made(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(stage, "CHROMIUM", None)
    draw_images.main(tmp_path)
    drawn = {path.name for path in tmp_path.iterdir()}
    taken = {f"{name}.{language}.png" for name in LESSONS for language in ("ko", "en")}
    assert drawn == {path.name for path in draw_images.FOLDER.iterdir()} - taken
    assert "`make test` installs" in capsys.readouterr().out
