"""Two languages of one lesson: code is the same but for its words, and rebuilding keeps each language's words.

Words are comments, and strings in which the Korean lesson holds Hangul. Of an f-string in words, the expressions are
the same, in an order of the language's own. A key in square brackets and the name of a file are never words.
"""

import ast
import difflib
import hashlib
import io
import re
import tokenize

import nbformat

from tools.lesson_page import authored

KEPT = ("tags", "reason", "translated_from", "jupyter")  # of a cell's metadata
HANGUL = re.compile(r"[\uac00-\ud7a3\u3131-\u318e]")
FILE = re.compile(r"\S+\.[a-z]\w+")


def same_code(korean, english):
    """Whether two sources are the same program but for its words."""
    return _same(ast.parse(korean), ast.parse(english))


def _same(korean, english):
    if type(korean) is not type(english):
        return False
    if isinstance(korean, list):
        return len(korean) == len(english) and all(map(_same, korean, english))
    if not isinstance(korean, ast.AST):
        return korean == english
    if _is_words(korean):
        ours, theirs = _expressions(korean), _expressions(english)
        return all(any(_same(one, other) for other in theirs) for one in ours) and all(
            any(_same(one, other) for one in ours) for other in theirs
        )
    if isinstance(korean, ast.Subscript) and ast.dump(korean.slice) != ast.dump(english.slice):
        return False
    return all(_same(getattr(korean, name, None), getattr(english, name, None)) for name in korean._fields)


def _is_words(node):
    if isinstance(node, ast.JoinedStr):
        return any(map(_is_words, node.values))
    text = node.value if isinstance(node, ast.Constant) else None
    return isinstance(text, str) and bool(HANGUL.search(text)) and not FILE.fullmatch(text)


def _expressions(string):
    return [part for part in getattr(string, "values", ()) if isinstance(part, ast.FormattedValue)]


def _pieces(source):
    """The source in pieces ``(text, node)``: strings with their node, comments with ``"#"``, the rest with None."""
    lines = source.split("\n")
    begins = [sum(len(line) + 1 for line in lines[:row]) for row in range(len(lines))]
    marked = []

    def visit(node):
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            ends = ((node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset))  # columns count bytes
            begin, end = (begins[row - 1] + len(lines[row - 1].encode()[:column].decode()) for row, column in ends)
            marked.append((begin, end, node))
        else:
            for child in ast.iter_child_nodes(node):
                visit(child)

    visit(ast.parse(source))
    for token in tokenize.generate_tokens(io.StringIO(source + "\n").readline):
        if token.type == tokenize.COMMENT:
            begin = begins[token.start[0] - 1] + token.start[1]
            marked.append((begin, begin + len(token.string), "#"))
    pieces, at = [], 0
    for begin, end, node in [*sorted(marked, key=lambda mark: mark[0]), (len(source), len(source), None)]:
        pieces += [(text, None) for text in re.findall(r"\w+|\s|[^\w\s]", source[at:begin])]
        if begin >= at:  # a comment inside a bracket of strings belongs to the string around it
            pieces.append((source[begin:end], node))
            at = end
    return pieces


def put_back(korean, english):
    """The Korean source with the words that the English one has in the same places; the others stay Korean."""
    ours, theirs = _pieces(korean), _pieces(english)
    known = {text for text, _ in ours}
    our_keys = [type(node) if node and HANGUL.search(text) else text for text, node in ours]
    their_keys = [type(node) if node and text not in known else text for text, node in theirs]
    merged = [text for text, _ in ours]
    for block in difflib.SequenceMatcher(None, our_keys, their_keys, autojunk=False).get_matching_blocks():
        for at in range(block.size):
            (_, node), (text, other) = ours[block.a + at], theirs[block.b + at]
            if node == "#" or (node and _same(node, other)):
                merged[block.a + at] = text
    return "".join(merged)


def digest(cell):
    """What an English cell remembers of the Korean words it was translated from."""
    if cell.cell_type == "code":
        words = "\n".join(text for text, node in _pieces(cell.source) if node and HANGUL.search(text))
    else:
        words = authored(cell)
    return hashlib.sha256(words.encode()).hexdigest()[:16] if words else None


def carry(korean, english):
    """Bring the Korean notebook's code, order and tags to the English one; its prose and the words in its code stay.

    A cell that English does not have yet arrives as Korean text and without a digest, so that it counts as stale.
    """
    own = {cell.id: cell for cell in english.cells}
    carried = []
    for source in korean.cells:
        cell = own.get(source.id)
        if cell is None or cell.cell_type != source.cell_type:
            cell = nbformat.from_dict({**source, "metadata": {}})
        elif cell.cell_type == "code" and not same_code(source.source, cell.source):
            cell.source, cell.outputs = put_back(source.source, cell.source), []
        remembered = cell.metadata.get("translated_from")
        cell.metadata = nbformat.from_dict({key: value for key, value in source.metadata.items() if key in KEPT})
        if remembered and digest(source) and not (cell.cell_type == "code" and HANGUL.search(cell.source)):
            cell.metadata["translated_from"] = remembered
        carried.append(cell)
    english.cells = carried


def stale(korean, english):
    """Ids of the English cells whose Korean words have changed since they were translated."""
    words = {cell.id: digest(cell) for cell in korean.cells}
    own = {cell.id: cell.metadata.get("translated_from") for cell in english.cells}
    return [name for name, remembered in own.items() if words.get(name) and words[name] != remembered]
