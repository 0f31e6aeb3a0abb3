"""Sound files and folders of sounds as people have them, however they were made, packed, cut or named.

`sound` decodes files into blocks of samples, with `mp3` for what libsndfile does not count; `folders` finds the data
set in a folder, by `names` and `tables`. It knows no other room: `helpers.audio` and `helpers.datasets` are its faces.
"""


class Problem(Exception):
    """What is wrong with files or folders: the key of a sentence, and the values it names."""

    def __init__(self, key, **values):
        super().__init__(key, values)
        self.key, self.values = key, values
