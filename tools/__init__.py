"""What maintainers run from the project's folder, such as ``python -m tools.build_notebooks build``."""

import helpers  # noqa: F401  before numpy and torch: it says on how many threads they compute
