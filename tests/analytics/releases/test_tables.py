"""What one table hides must not follow from another, or from its totals."""

from hypothesis import given
from hypothesis import strategies as st

from analytics.releases.tables import Cells, differ_little, follows, openable
from cases.disclosure import disclosed


def people(first: int, last: int) -> frozenset[str]:
    return frozenset(f"P{number}" for number in range(first, last))


def row(yes: tuple[int, int], no: tuple[int, int]) -> Cells:
    return {"yes": people(*yes), "no": people(*no)}


WHOLE = row((0, 30), (30, 60))


def test_a_small_cell_is_hidden_with_the_smallest_row_that_covers_it() -> None:
    sites = {"lung": row((0, 15), (30, 45)), "breast": row((15, 22), (45, 52)), "kidney": row((22, 30), (52, 60))}
    assert openable({"sites": sites}, whole=WHOLE) == {"sites": set(sites)}
    # Two responders of the thyroid: with the next smallest row they are nine.
    sites["breast"] = row((15, 22), (45, 52))
    sites["kidney"], sites["thyroid"] = row((22, 28), (52, 57)), row((28, 30), (57, 60))
    assert openable({"sites": sites}, whole=WHOLE) == {"sites": {"lung", "breast"}}


def test_patients_of_no_row_count_as_hidden() -> None:
    """Two without a site: the total minus all rows would tell what became of them."""
    sites = {"lung": row((0, 14), (30, 44)), "breast": row((15, 30), (45, 60))}
    assert openable({"sites": sites}, whole=WHOLE) == {"sites": {"breast"}}


def test_the_same_patients_in_another_table_do_not_give_a_hidden_row_back() -> None:
    histologies = {
        "carcinoma": row((0, 22), (30, 50)),
        "clear cell": row((22, 28), (50, 57)),
        "follicular": row((28, 30), (57, 60)),
    }
    split = {"others": row((0, 22), (30, 50)), "rest": row((22, 30), (50, 60))}
    opened = openable({"histology": histologies, "split": split}, whole=WHOLE)
    assert opened == {"histology": {"carcinoma"}, "split": {"others", "rest"}}
    # One row of the second table is a shown one of the first and the five patients whom that hides.
    joined = {"yes": people(0, 22) | people(28, 30), "no": people(30, 50) | people(57, 60)}
    both = {"kidney": row((22, 28), (50, 57)), "other": joined}
    assert openable({"joined": both}, whole=WHOLE) == {"joined": {"kidney", "other"}}
    opened = openable({"histology": histologies, "joined": both}, whole=WHOLE)
    assert opened == {"histology": {"carcinoma"}, "joined": set()}


def test_the_few_of_a_row_whom_several_rows_of_another_table_leave_over() -> None:
    """Two of the lung's patients have none of the shown histologies."""
    sites = {"lung": row((0, 16), (30, 46)), "elsewhere": row((16, 30), (46, 60))}
    histologies = {
        "adenocarcinoma": row((0, 8), (30, 38)),
        "small cell": row((8, 14), (38, 46)),
        "others": row((14, 30), (46, 60)),
    }
    assert openable({"histology": histologies}, whole=WHOLE) == {"histology": set(histologies)}
    opened = openable({"site": sites, "histology": histologies}, whole=WHOLE)
    assert opened == {"site": {"lung", "elsewhere"}, "histology": {"adenocarcinoma"}}
    assert openable({"histology": histologies, "site": sites}, whole=WHOLE)["site"] == set()


def test_sets_that_differ_by_few_and_sums_with_signs() -> None:
    assert differ_little([people(0, 20), people(0, 17)])
    assert not differ_little([people(0, 20), people(0, 15), people(18, 40)])
    assert not differ_little([people(0, 20), people(0, 20)])
    known = [people(0, 20), people(10, 30), people(0, 10)]
    assert follows([people(20, 30)], from_sets=known)
    assert not follows([people(20, 25)], from_sets=known)


cells = st.lists(st.integers(0, 12), min_size=4, max_size=12)


@given(cells, cells, st.randoms(use_true_random=False))
def test_no_small_cell_follows_whatever_the_tables_are(first: list[int], second: list[int], random: object) -> None:
    """Two tables of the same patients, grouped in two ways."""
    patients = [f"P{number}" for number in range(sum(first))]
    whole = {"yes": frozenset(patients[::2]), "no": frozenset(patients[1::2])}
    tables = {}
    for name, sizes in (("first", first), ("second", second)):
        random.shuffle(patients)  # type: ignore[attr-defined]
        rows, start = {}, 0
        for number, size in enumerate(sizes):
            members = frozenset(patients[start : start + size])
            rows[str(number)] = {cell: members & of for cell, of in whole.items()}
            start += size
        tables[name] = rows
    opened = openable(tables, whole=whole)
    shown = [tables[name][one][cell] for name, rows in opened.items() for one in rows for cell in whole]
    if all(disclosed(len(of)) is not None for of in whole.values()):
        shown += whole.values()
    hidden = [one for rows in tables.values() for row in rows.values() for one in row.values() if 0 < len(one) < 5]
    assert all(disclosed(len(one)) is not None for one in shown)
    if any(opened.values()):
        assert not follows(hidden, from_sets=shown)
