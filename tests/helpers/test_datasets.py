"""`datasets`: however a folder is packed and named, each file of it is read or named, and each source has one name."""

import json
import os
import unicodedata
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formats import folders
from helpers import datasets, download
from helpers.datasets import CATALOG, FOLDS, OTHER, TARGET, DataError, Event, Recording, deal_folds, label, safe_text
from tests.shared import refused

ESC50 = {
    "1-100032-A-0": (TARGET, "100032", 1),
    "5-9032-B-10": ("rain", "9032", 5),
    "2-371-A-49": ("hand_saw", "371", 2),
}
ESC50_TABLE = "filename,fold,target,category,esc10,src_file,take\n" + "".join(
    f"{name}.wav,{fold},0,{its_label},True,{source},A\n" for name, (its_label, source, fold) in ESC50.items()
)
SLICES = {"7061-6-0-0": ("gun_shot", "7061", 1), "344-3-0-1": (TARGET, "344", 10), "344-3-0-0": (TARGET, "344", 10)}
SLICES_TABLE = "slice_file_name,fsID,start,end,salience,fold,classID,class\n" + "".join(
    f"{name}.wav,{source},0,4,1,{fold},0,{its_label}\n" for name, (its_label, source, fold) in SLICES.items()
)


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def make(root, *names):
    """Files that hold their own names."""
    for name in names:
        write(root / name, name)
    return root


def brief(dataset):
    return sorted((r.label, r.source, r.fold) for r in dataset.recordings)


def noted(dataset):
    """The sentences' keys → how many files each is about."""
    return {note.key.removeprefix("datasets."): note.values["count"] for note in dataset.notes if str(note)}


def fault(folder):
    with pytest.raises(DataError) as caught:
        datasets.load(folder)
    assert str(caught.value)
    return caught.value


# UrbanSound


@pytest.fixture
def urbansound(tmp_path):
    root = make(tmp_path / "UrbanSound", "data/siren/8000.mp3", "data/siren/9000-2.ogg", "data/street_music/8000.mp3")
    make(root, "data/dog_bark/7000.WAV", "data/dog_bark/7000.json", "data/dog_bark/._7000.wav")
    write(root / "data/dog_bark/7000.csv", "0.5,1.25,1,dog_bark\n\n2,3,2,barking\n")
    write(root / "data/siren/8000.csv", "")
    rows = ["dog_bark,7000,data/dog_bark/7000.wav,3", "siren,8000,data/siren/8000.mp3,1+4"]
    rows += ["siren,10,data/siren/10.ogg,2", "street_music,8000,data/street_music/8000.mp3,1+4"]
    rows += ["siren,9000,data/siren/9000-2.ogg,2"]
    write(root / "folds.csv", "\n".join(["class,freesound_id,file,fold", *rows]))
    return root


@pytest.mark.parametrize("where", [".", "data", ".."])  # "..": unpacked into a folder of its own
def test_urbansound(urbansound, where):
    dataset = datasets.load(str(urbansound / where))
    assert (dataset.name, dataset.folder, dataset.layout) == ("UrbanSound", urbansound, "urbansound")
    sources = [(TARGET, "7000", 3), ("siren", "8000", None), ("siren", "9000", 2), ("street_music", "8000", None)]
    assert [(r.label, r.source, r.fold) for r in dataset.recordings] == sources and dataset.folds == "official"
    assert dataset.recordings[0].events == (Event(0.5, 1.25, TARGET, 1), Event(2.0, 3.0, TARGET, 2))
    assert [r.events for r in dataset.recordings[1:]] == [(), None, None]  # annotated with none; not annotated
    assert dataset.missing == ("data/siren/10.ogg",) and noted(dataset) == {"missing": 1}
    assert dataset.counts == {TARGET: 1, "siren": 2, "street_music": 1}
    assert dataset.labels == (TARGET, "siren", "street_music") and dataset.sources == ("7000", "8000", "9000")
    assert dataset.in_fold(2) == dataset.recordings[2:3]


def test_a_source_listed_in_two_folds_or_in_no_table_has_none(urbansound):
    table = urbansound / "folds.csv"
    write(table, table.read_text(encoding="utf-8").replace("siren,9000,", "siren,7000,"))
    make(urbansound, "data/siren/mine.wav")
    folds = {r.path.stem: r.fold for r in datasets.load(urbansound).recordings}
    assert folds["7000"] is folds["9000-2"] is folds["mine"] is None


def test_without_a_table_the_names_of_annotated_recordings_tell_the_source(urbansound):
    (urbansound / "folds.csv").unlink()
    dataset = datasets.load(urbansound)
    assert dataset.folds == "dealt" and {r.path.stem: r.source for r in dataset.recordings}["7000"] == "7000"


# sets that are known by their tables and names

ESC50_FORMS = "audio/{}.wav|audio/audio/{}.wav|{}.wav|x/ESC-50-master/audio/{}.FLAC|audio/44100/{}.ogg|train/{} (1).wav"
ESC50_FORMS += "|{}.wav.ogg|audio_32k/dog_{}.mp3|my dogs/{}.WAV"
SLICES_FORMS = "audio/fold{}/{}.wav|fold{}/{}.wav|audio/fold{}/{}.flac|Fold_{}/16000/{}.WAV"


@pytest.mark.parametrize("tabled", [True, False])
@pytest.mark.parametrize("form", ESC50_FORMS.split("|"))
def test_esc50_in_any_wrapping(tmp_path, form, tabled):
    root = make(tmp_path / "ESC-50", *(form.format(name) for name in ESC50), "README.md")
    if tabled:
        write(root / ("meta/esc50.csv" if form.startswith("audio") else "ESC50.CSV"), ESC50_TABLE)
    for folder in (root, (root / form).parent):
        dataset = datasets.load(folder)
        assert (dataset.layout, dataset.folds, dataset.missing) == ("esc50", "official", ())
        assert brief(dataset) == sorted(ESC50.values()) and dataset.recordings[0].events is None
        assert all(r.path.is_relative_to(dataset.folder) for r in dataset.recordings)
        assert not tabled or dataset.folder == root or "x/" in form


@pytest.mark.parametrize("tabled", [True, False])
@pytest.mark.parametrize("form", SLICES_FORMS.split("|"))
def test_urbansound8k_in_any_wrapping(tmp_path, form, tabled):
    root = make(tmp_path, *(form.format(fold, name) for name, (*_, fold) in SLICES.items()), "audio/fold10/.DS_Store")
    if tabled:
        write(root / ("metadata/UrbanSound8K.csv" if "audio" in form else "UrbanSound8K.csv"), SLICES_TABLE)
    dataset = datasets.load(root / "audio" if "audio" in form else root)
    assert (dataset.layout, dataset.folds, dataset.missing) == ("urbansound8k", "official", ())
    assert brief(dataset) == sorted(SLICES.values()) and not dataset.notes


@pytest.mark.parametrize("form", ["{}.wav", "audio/{}.wav", "16000/{}.wav"])
def test_slices_in_no_fold_take_it_from_the_table_or_are_dealt(tmp_path, form):
    dataset = datasets.load(make(tmp_path, *(form.format(name) for name in SLICES)))
    assert (dataset.layout, dataset.folds) == ("urbansound8k", "dealt")
    assert [(r.label, r.source) for r in dataset.recordings] == [(TARGET, "344")] * 2 + [("gun_shot", "7061")]
    write(tmp_path / "UrbanSound8K.csv", SLICES_TABLE)
    assert brief(datasets.load(tmp_path)) == sorted(SLICES.values())


def test_esc10(tmp_path):
    make(tmp_path, "001 - Dog bark/1-1-A.ogg", "009 - Rooster/16000/5-200334-B.wav", "README.md")
    dataset = datasets.load(tmp_path)
    assert (dataset.layout, dataset.folds) == ("esc10", "official")
    assert brief(dataset) == [(TARGET, "1", 1), ("rooster", "200334", 5)]


wrapping = st.lists(st.sampled_from(["16000", "44.1kHz", "fold3", "audio", "Data", "val", "내 소리", "x"]), max_size=3)


@given(places=st.lists(wrapping, min_size=3, max_size=3))
def test_the_folders_around_known_names_never_change_what_they_say(tmp_path_factory, places):
    names = ["/".join([*place, f"{name}.wav"]) for place, name in zip(places, ESC50, strict=True)]
    dataset = datasets.load(make(tmp_path_factory.mktemp("top"), *names))
    assert dataset.layout == "esc50" and brief(dataset) == sorted(ESC50.values())


def test_a_table_may_have_classes_of_its_own(tmp_path):
    make(tmp_path, "audio/1-100-A-0.wav", "audio/2-101-A-1.wav")
    rows = "1-100-A-0.wav;1;0;Cicada\n2-101-A-1.wav;2;1;벌\n"
    write(tmp_path / "tables/new/esc50.csv", f"filename;fold;target;category\n{rows}")
    assert brief(datasets.load(tmp_path)) == [("cicada", "100", 1), ("벌", "101", 2)]


def test_a_name_alone_tells_each_class(tmp_path):
    esc50 = datasets.load(make(tmp_path / "esc50", *(f"1-{100 + n}-A-{n}.wav" for n in range(50))))
    assert len(esc50.labels) == 50 and {TARGET, "crying_baby", "door_wood_knock", "train"} < set(esc50.labels)
    slices = datasets.load(make(tmp_path / "us8k", *(f"fold1/{100 + n}-{n}-0-0.wav" for n in range(10))))
    assert len(slices.labels) == 10 and {TARGET, "air_conditioner", "street_music"} < set(slices.labels)


def test_a_recording_found_several_times_is_taken_once_in_its_largest_file(tmp_path):
    make(tmp_path, *(f"audio/{rate}{name}.wav" for rate in ("", "16000/", "44100/") for name in ESC50))
    (largest := tmp_path / "audio/16000/1-100032-A-0.wav").write_bytes(bytes(100))
    dataset = datasets.load(tmp_path)
    assert len(dataset.recordings) == 3 and noted(dataset) == {"copies": 6}
    assert largest in {r.path for r in dataset.recordings}


def test_half_a_set_names_five_of_what_is_missing(tmp_path, language):
    write(tmp_path / "esc50.csv", ESC50_TABLE + "".join(f"3-{n}-A-1.wav,3,1,rooster,True,{n},A\n" for n in range(20)))
    dataset = datasets.load(make(tmp_path, "audio/1-100032-A-0.wav"))
    assert len(dataset.missing) == 22 and noted(dataset) == {"missing": 22}
    assert str(dataset.notes[0]).count(".wav") == 5


def test_one_fold_of_a_set_misses_only_its_own(tmp_path):
    make(tmp_path, *(f"fold{fold}/{name}.wav" for name, (*_, fold) in SLICES.items()))
    write(tmp_path / "UrbanSound8K.csv", SLICES_TABLE + "9-3-0-0.wav,9,0,4,1,10,3,dog_bark\n")
    dataset = datasets.load(tmp_path / "fold10")
    assert {r.fold for r in dataset.recordings} == {10} and dataset.missing == ("9-3-0-0.wav",)


@pytest.mark.parametrize(("name", "table"), [("meta/esc50.csv", ESC50_TABLE), ("UrbanSound8K.csv", SLICES_TABLE)])
def test_a_table_alone_is_no_set(tmp_path, name, table, language):
    write(tmp_path / name, table)
    assert (fault(tmp_path).key, fault(tmp_path).values["count"]) == ("datasets.only_table", 3)
    assert fault(make(tmp_path, "dog/a.wav", "other/b.wav")).key == "datasets.only_table"


def test_several_data_sets(tmp_path):
    make(tmp_path, "ESC-10/001 - Dog bark/1-1-A.ogg", "US/data/siren/1.wav")
    assert fault(tmp_path).values["sets"] == "ESC-10, US"
    assert fault(make(tmp_path / "two", "a/data/siren/900.wav", "b/data/siren/900.wav")).key == "datasets.several"


# one's own folders


def test_folders_of_ones_own(tmp_path):
    root = make(tmp_path / "set", *(f"Dog/{n}.wav" for n in (2, 10, 1)), "우리 집 고양이/1.m4a", "notes.txt")
    dataset = datasets.load(root)
    assert (dataset.name, dataset.folder, dataset.layout, dataset.folds) == ("set", root, "folders", "dealt")
    assert [(r.label, r.path.stem) for r in dataset.recordings] == [
        *((TARGET, name) for name in ("1", "10", "2")), ("우리_집_고양이", "1")
    ]  # fmt: skip
    assert dataset.counts == {TARGET: 3, "우리_집_고양이": 1} and not dataset.notes


@pytest.mark.parametrize("tops", ["", "out/er/", "train/ test/", "wavs/", "2024/ 2023/", "data/", "16000/"])
def test_folders_that_only_wrap_are_no_labels(tmp_path, tops):
    make(tmp_path, *(f"{top}{its_label}/x.wav" for top in tops.split(" ") for its_label in ("dog", "train")))
    assert datasets.load(tmp_path).labels == (TARGET, "train")


@pytest.mark.parametrize("names", ["a.wav", "fold1/a.wav fold2/b.wav", "16000/a.wav", "train/a.wav test/b.wav"])
def test_sounds_without_labels(tmp_path, names, language):
    assert fault(make(tmp_path, *names.split())).key == "datasets.no_labels"


def test_names_like_those_of_a_set_stay_ones_own_where_they_are_few_or_dates(tmp_path):
    make(tmp_path, *(f"{place}/2024-1-3-{n}.wav" for place in ("dog", "other") for n in range(9)), "dog/1-300-A-0.wav")
    dataset = datasets.load(make(tmp_path, "other/4567__anna__rain-on-roof.wav", "other/1-301-A-10.wav"))
    assert dataset.layout == "folders" and dataset.counts == {TARGET: 10, OTHER: 11}
    assert {"300", "301", "4567"} < set(dataset.sources) and "2024" not in dataset.sources


def test_each_file_of_a_labels_folder_is_read_or_named(tmp_path, language):
    kinds = "a.wav", "b.WAVE", "c.aifc", "d.mov", "e.3ga", "f.weba", "g.snd", "h.qta", "second session/b.mp2"
    make(tmp_path, *(f"dog/{name}" for name in kinds))
    make(tmp_path, "dog/nameless", "dog/list.xls", "dog/a.csv", "dog/a.Table.1.selections.txt")
    make(tmp_path, "other/o.bwf", "other/cover.jpg", "stray.wav", "README.md", "dog/.DS_Store", "other/Thumbs.db")
    make(tmp_path, "graph/positive/x.wav", "graph/segments.csv", "old/positive/x.wav", "old/journal.jsonl")
    for name, target in {"dog/gone.wav": "../gone/d.wav", "cat": "/media/unplugged/cat", "dog/loop": tmp_path}.items():
        (tmp_path / name).symlink_to(target)
    dataset = datasets.load(tmp_path)
    assert dataset.counts == {TARGET: 9, OTHER: 1}
    assert noted(dataset) == {"links": 2, "annotations": 2, "nameless": 1, "others": 2, "strange": 1, "deeper": 1}
    said = " ".join(map(str, dataset.notes))
    for named in ("dog/gone.wav", "cat", ".csv 1, .txt 1", ".jpg 1, .xls 1", "second session", "stray"):
        assert named in said


def test_what_may_not_be_opened_is_named(tmp_path, monkeypatch):
    make(tmp_path, "dog/a.wav", "dog/b.wav", "other/c.wav", "locked/d.wav")

    def locking(work):
        def locked(place):
            if str(place).endswith(("locked", "b.wav")):
                raise PermissionError(13, "Permission denied", str(place))
            return work(place)

        return locked

    monkeypatch.setattr(os, "scandir", locking(os.scandir))
    monkeypatch.setattr(folders, "_content", locking(folders._content))
    dataset = datasets.load(tmp_path)
    assert dataset.counts == {TARGET: 1, OTHER: 1} and noted(dataset) == {"closed": 2}


def test_no_data_set(tmp_path, language):
    assert fault(tmp_path / "nowhere").key == "datasets.no_folder"
    assert fault(tmp_path).key == "datasets.empty_folder"
    error = fault(make(tmp_path, *(f"{number}.txt" for number in range(9))))
    assert (error.key, error.values["found"]) == ("datasets.no_sounds", "0.txt, 1.txt, 2.txt, 3.txt, 4.txt, …")


# names, labels, sources, folds


def test_names_that_are_not_utf8(tmp_path):
    folder = tmp_path / os.fsdecode("강아지".encode("cp949"))
    try:
        for name in ("멍멍.wav".encode("cp949"), b"\xff\xfe.wav", b"\xff.txt"):
            write(folder / os.fsdecode(name), name)
    except OSError:
        pytest.skip("this file system takes UTF-8 only")
    dataset = datasets.load(tmp_path)
    assert dataset.counts == {TARGET: 2} and noted(dataset) == {"others": 1}
    assert "멍멍.wav" in {safe_text(r.path.name) for r in dataset.recordings}
    said = [*map(str, dataset.notes), *(safe_text(r.path) for r in dataset.recordings), *dataset.sources]
    assert json.dumps(said, ensure_ascii=False).encode()


def test_the_same_files_are_the_same_sources_on_any_computer(tmp_path):
    for form in ("NFC", "NFD"):
        for name in ("개 짖는 소리/거실 1.wav", "개 짖는 소리/거실 2.wav", "기타/녹음.wav"):
            write(tmp_path / form / unicodedata.normalize(form, name), name)
    windows, mac = datasets.load(tmp_path / "NFC"), datasets.load(tmp_path / "NFD")
    assert brief(windows) == brief(mac) and windows.labels == mac.labels == (TARGET, "기타")


def test_copies_share_a_source_and_strangers_of_one_name_do_not(tmp_path):
    for name, content in {"dog/01.wav": "a", "dog/01 (1).wav": "a", "other/x.flac": "a", "other/01.wav": "b"}.items():
        write(tmp_path / name, content)
    (tmp_path / "dog/link.wav").symlink_to("01.wav")
    dealt = Counter((r.source, r.fold) for r in datasets.load(tmp_path).recordings)
    assert sorted(dealt.values()) == [1, 4]  # each in one fold, whatever the label


some = st.builds(Recording, st.just(Path()), st.sampled_from("abc"), st.integers(0, 40).map(str))


@given(recordings=st.lists(some, min_size=1, max_size=60), random=st.randoms())
def test_dealt_folds(recordings, random):
    dealt = deal_folds(recordings)
    assert [replace(r, fold=None) for r in dealt] == recordings
    fold = {r.source: r.fold for r in dealt}
    assert all(fold[r.source] == r.fold for r in dealt) and set(fold.values()) <= set(range(1, FOLDS + 1))
    random.shuffle(recordings)
    assert {r.source: r.fold for r in deal_folds(recordings)} == fold
    met = set()
    for its_label in sorted({r.label for r in dealt}):
        sources = {r.source for r in dealt if r.label == its_label}
        sizes = Counter(fold[source] for source in sources)
        if not sources & met:  # so each label is in as many folds as can be
            assert max(sizes.values()) - min(sizes[number] for number in range(1, FOLDS + 1)) <= 1
        met |= sources


@pytest.mark.parametrize(("dogs", "others", "count"), [(4, 12, 4), (12, 3, 3), (2, 9, 3), (6, 5, 5)])
def test_each_fold_of_a_small_set_holds_the_target_and_something_else_if_it_can(dogs, others, count):
    kinds = [(TARGET, dogs), ("cat", others - 1), ("siren", 1)]
    dealt = deal_folds([Recording(Path(), kind, f"{kind} {n}") for kind, many in kinds for n in range(many)])
    held = Counter(fold for fold, _is_target in {(one.fold, one.label == TARGET) for one in dealt})
    assert held.keys() == set(range(1, count + 1)) and list(held.values()).count(2) == min(count, dogs, others)


def test_dealt_folds_never_change():
    dealt = deal_folds([Recording(Path(), TARGET, source) for source in ("7", "100032", "강아지/1")])
    assert [r.fold for r in dealt] == [2, 1, 3]


def test_label():
    dogs = "dog|dogs|Dog bark|001 - Dog bark|DOG-BARKING|bark|barks|barking|개|강아지|멍멍이|멍멍|개짖는소리"
    dogs += "|개 짖는_소리"
    assert {label(form) for name in dogs.split("|") for form in (name, unicodedata.normalize("NFD", name))} == {TARGET}
    others = {"006 - Person sneeze": "person_sneeze", "hot dog": "hot_dog", "도개교": "도개교", "!?": "!?"}
    assert {name: label(name) for name in others} == others


@given(st.text(min_size=1))
def test_a_label_is_printable_and_its_own_label(name):
    assert label(label(name)) == label(name) == unicodedata.normalize("NFC", label(name))
    assert label(name).encode()


# the table beside a recording


def events(folder, content, table="700.csv", sound="700.wav"):
    make(folder, f"data/dog_bark/{sound}")
    write(folder / "data/dog_bark" / table, content)
    return datasets.load(folder).recordings[0].events


EXPECTED = (Event(0.5, 1.25, TARGET, 1), Event(2.0, 3.0, "개_울음", 2))
PLAIN = "0.5,1.25,1,dog_bark\n2,3,2,개 울음\n"
FORMS = {
    "as it should be": PLAIN,
    "header": "start,end,salience,label\n" + PLAIN,
    "other order": "Label,Onset,Offset,Salience\ndog,0.5,1.25,1\n개 울음,2,3,2",
    "durations": "salience\tBegin Time (s)\tlength\tspecies\n1\t0.5\t0.75\tdog\n2\t2\t1\t개 울음\n",
    "decimal commas": "0,5;1,25;1;dog\n2;3;2;개 울음\n",
    "Excel": "sep=;\n0,5;1,25;1;dog;;\n2;3;2;개 울음;;\n;;;;\n",
    "tabs": "0.5\t1.25\t1\tdog\n2\t3\t2\t개 울음\n",
    "quotes and spaces": '# mine\n "0,5" , "1,25" , 1 , "dog" \n\n  \n2,3,2,개 울음',
    "carriage returns": PLAIN.replace("\n", "\r"),
    "Windows": PLAIN.replace("\n", "\r\n"),
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp949"])
@pytest.mark.parametrize("form", FORMS)
def test_a_table_is_read_as_a_person_would(tmp_path, form, encoding):
    assert events(tmp_path, FORMS[form].encode(encoding)) == EXPECTED


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("0,1", (Event(0, 1, TARGET, 1),)),  # of fewer columns
        ("0,1,siren", (Event(0, 1, "siren", 1),)),
        ("0,1,2", (Event(0, 1, TARGET, 2),)),
        ("0,1,,", (Event(0, 1, TARGET, 1),)),
        ("1,1,1,x", (Event(1, 1, "x", 1),)),  # of no length
        ("0,1e6,,x", (Event(0, 1e6, "x", 1),)),  # longer than the sound
        *((nothing, ()) for nothing in ("", "\n \n", "start,end,label\n", "\ufeff")),
    ],
)
def test_a_table_may_say_less_or_nothing(tmp_path, content, found):
    assert events(tmp_path, content) == found


@pytest.mark.parametrize("table", ["가.CSV", "가.WAV.csv", unicodedata.normalize("NFD", "가.Csv"), "가.wav.csv"])
def test_a_table_is_found_as_a_person_would_and_another_is_named(tmp_path, table):
    assert events(tmp_path, PLAIN, "notes.csv", "가.WAV") is None
    assert noted(datasets.load(tmp_path)) == {"others": 1}
    assert events(tmp_path, PLAIN, table, "가.WAV") == EXPECTED


def test_of_two_tables_that_differ_in_case_each_belongs_to_its_own(tmp_path):
    make(tmp_path, "data/dog/a.wav", "data/dog/A.wav")
    if len(list((tmp_path / "data/dog").iterdir())) == 1:
        pytest.skip("this file system knows no case")
    write(tmp_path / "data/dog/a.csv", "1,2")
    write(tmp_path / "data/dog/A.csv", "3,4")
    assert {r.path.stem: r.events[0].start_s for r in datasets.load(tmp_path).recordings} == {"a": 1, "A": 3}


WRONG = "bad_line abc,1,1,dog|bad_line 0.5,1.0,1,dog,x|bad_line 0,1,loud,dog|bad_line 0,1,inf,dog|bad_line 0.5"
WRONG += "|bad_line dog,0.5,1|negative -0.5,1,1,dog|reversed 2,1,1,dog|endless nan,1,1,dog|endless 0,inf,1,dog"


@pytest.mark.parametrize("wrong", WRONG.split("|"))
def test_a_line_that_cannot_be_is_named_with_file_and_number(tmp_path, wrong, language):
    key, line = wrong.split(" ")
    with refused(f"datasets.{key}") as caught:
        events(tmp_path, f"0,1,1,dog_bark\n\n{line}\n")
    said = str(caught.value)
    assert line in said
    assert "700.csv" in said and "3" in said.replace(line, "")


@pytest.mark.parametrize("content", [bytes(range(256)), "0,1,1," + "x" * 200_000])
def test_a_table_that_is_none(tmp_path, content):
    with refused("datasets.unreadable", r"700\.csv"):
        events(tmp_path, content)


def test_tables_of_sets(urbansound):
    table = urbansound / "folds.csv"
    write(table, table.read_text(encoding="utf-8").replace(",", ";").replace("\n", "\r\n").encode("utf-16"))
    assert datasets.load(urbansound).recordings[0].fold == 3
    for content in ("class,file\n", "", "class,file\nsiren,x\n"):
        write(table, content)
        assert fault(urbansound).key == "datasets.columns"


# the catalogue, synthetic sounds, real sets


def test_the_catalogue_says_where_from_how_large_and_what_for():
    assert list(CATALOG) == ["builtin", "esc10", "esc50", "urbansound8k", "urbansound"]
    for entry in (entry for entry in CATALOG.values() if entry.address):
        assert all(page.startswith("https://") for page in (entry.address, entry.page, entry.licence_page))
        assert 0 < entry.download_bytes <= entry.unpacked_bytes and entry.licence.startswith("CC BY") and entry.citation
        if "github.com" in entry.address:  # packed anew at each request: pinned to a commit, and not hashed
            commit = entry.address.rsplit("/", 1)[1].removesuffix(".zip")
            assert len(commit) == 40 and int(commit, 16) and not entry.md5
        else:
            assert len(entry.md5) == 32 and int(entry.md5, 16)


def test_a_set_of_the_catalogue_that_is_not_here(tmp_path, monkeypatch):
    monkeypatch.setenv("SOUND_DATA_DIR", str(tmp_path))
    assert fault("esc10").key == "datasets.not_here" and "download esc10" in str(fault("esc10"))
    make(tmp_path, "esc10/ESC-10-553c8f/001 - Dog bark/1-1-A.ogg")
    assert datasets.load("esc10").name == "esc10"


def test_synthetic_sounds(tmp_path, monkeypatch):
    monkeypatch.setattr(datasets.joblib, "cpu_count", lambda: 1)
    dataset = datasets.synthetic(tmp_path / "new" / "set", 2, 7, progress=False)
    assert (dataset.layout, dataset.folds, len(dataset.recordings)) == ("urbansound", "official", 2)
    assert all(r.events and r.fold for r in dataset.recordings)
    assert datasets.synthetic(tmp_path / "new" / "set", 2, 7) == dataset
    with refused("datasets.not_synthetic", "set"):
        datasets.synthetic(tmp_path / "new" / "set", 2, 8)


def test_finished_synthetic_sounds_are_read_without_a_write(tmp_path, monkeypatch):
    monkeypatch.setattr(datasets.joblib, "cpu_count", lambda: 1)
    made = datasets.synthetic(tmp_path / "set", 1, 7, progress=False)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}

    def refuses(_path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(datasets, "FileLock", refuses)  # as in a cache that a class can only read
    assert datasets.synthetic(tmp_path / "set", 1, 7) == made
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


@pytest.mark.slow
def test_the_builtin_set_is_what_the_catalogue_says(builtin_sounds):
    entry = CATALOG["builtin"]
    assert (builtin_sounds.name, builtin_sounds.layout, builtin_sounds.folds) == ("builtin", entry.layout, "official")
    assert len(builtin_sounds.recordings) == entry.recordings and not builtin_sounds.notes
    assert {r.fold for r in builtin_sounds.recordings} == set(range(1, entry.folds + 1))
    assert sum(path.stat().st_size for path in builtin_sounds.folder.rglob("*")) <= entry.unpacked_bytes


def test_real_urbansound(real_sounds):
    dataset = datasets.load(real_sounds / "UrbanSound")
    assert len(dataset.recordings) == 192 and dataset.counts[TARGET] == 56
    assert dataset.folds == "official" and not dataset.missing and not dataset.notes
    in_no_fold = [(r.label, r.source) for r in dataset.recordings if r.fold is None]
    assert in_no_fold == [("jackhammer", "132016"), ("street_music", "132016")]
    dogs = [event for r in dataset.recordings for event in r.events if event.label == TARGET]
    assert len(dogs) == 96 and sum(event.end_s - event.start_s < 1 for event in dogs) == 39


def test_real_esc10(real_sounds):
    entry, dataset = CATALOG["esc10"], datasets.load(real_sounds / "ESC-10")
    assert (dataset.layout, len(dataset.recordings), len(dataset.sources)) == ("esc10", entry.recordings, entry.sources)
    assert set(dataset.counts.values()) == {40} and not dataset.notes
    assert Counter(r.fold for r in dataset.recordings) == dict.fromkeys(range(1, 6), 80)
    assert len({(r.source, r.fold) for r in dataset.recordings}) == entry.sources  # no source in two folds
    assert 0.9 * entry.unpacked_bytes < sum(r.path.stat().st_size for r in dataset.recordings) <= entry.unpacked_bytes
    assert download.digest(dataset) == entry.files_sha256
    assert fault(real_sounds).key == "datasets.several"
