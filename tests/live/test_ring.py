"""The ring holds what a list of all samples would, as far back as it reaches."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from helpers.live.ring import Ring


@given(
    size=st.integers(1, 20),
    steps=st.lists(st.tuples(st.integers(0, 50), st.integers(-5, 150), st.integers(-5, 150) | st.none()), max_size=20),
)
def test_it_is_the_end_of_a_list_of_all_that_was_written(size, steps):
    ring, everything, read = Ring(size), [], []
    for count, start, stop in steps:
        new = np.arange(len(everything), len(everything) + count, dtype=np.float32)
        ring.write(new)
        everything += new.tolist()
        oldest = max(0, len(everything) - size)
        assert (ring.written, ring.oldest) == (len(everything), oldest)
        wanted = everything[max(start, oldest) : len(everything) if stop is None else max(stop, 0)]
        found = ring.read(start, stop)
        assert found.dtype == np.float32 and found.tolist() == wanted
        assert ring.read(0).tolist() == everything[oldest:]
        read.append((found, wanted))
    assert all(found.tolist() == wanted for found, wanted in read)  # a copy, which later writing leaves alone
