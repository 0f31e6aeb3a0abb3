"""What a check or an answer shows: a card with a sign and a colour, and its sentences alone as text."""

import html

# sign, and the colour of JupyterLab's theme with one for places without themes
LOOKS = {
    "right": ("✔", "--jp-success-color1, #388e3c"),
    "wrong": ("✎", "--jp-warn-color1, #f57c00"),
    "stopped": ("⚠", "--jp-error-color1, #d32f2f"),
    "open": ("○", "--jp-border-color1, #9e9e9e"),
}


class Card:
    """Sentences in a frame that shows at a glance how it stands.

    Parameters
    ----------
    look : one of `LOOKS`
    *lines : str; empty ones are left out
    link : (address, title) of what comes next, if anything
    """

    def __init__(self, look, *lines, link=None):
        self.look, self.lines, self.link = look, list(filter(None, lines)), link

    def __repr__(self):
        return "\n".join([*self.lines, *(f"→ {title}" for _, title in filter(None, [self.link]))])

    def _repr_html_(self):
        sign, colour = LOOKS[self.look]
        shown = list(map(html.escape, self.lines))
        if self.link:
            address, title = map(html.escape, self.link)
            shown.append(f'→ <a href="{address}">{title}</a>')
        font = "font-family: var(--jp-content-font-family, sans-serif); color: var(--jp-content-font-color1, inherit)"
        frame = f"border-left: thick solid var({colour}); padding: 0 1em"
        return f'<div style="{frame}; {font}"><b style="color: var({colour})">{sign}</b> {"<br>".join(shown)}</div>'
