"""The drawn diagrams of the lessons: a module for each, whose ``draw(folder)`` writes its pictures."""
