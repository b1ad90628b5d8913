"""The chain: a running hash in which every value and its place counts."""

from streams.core.chain import Chain


def test_the_same_lines_give_the_same_link() -> None:
    one, other = Chain(), Chain()
    for chain in (one, other):
        chain.add(["a", 1])
        chain.add(["b", None])
    assert one.link == other.link
    assert len(one.link) == 64


def test_order_and_content_count() -> None:
    links = set()
    for lines in ([["a"], ["b"]], [["b"], ["a"]], [["a"], ["c"]], [["a", "b"]], [["a"]], []):
        chain = Chain()
        for line in lines:
            chain.add(list(line))
        links.add(chain.link)
    assert len(links) == 6


def test_a_chain_goes_on_where_it_was() -> None:
    through, first = Chain(), Chain()
    through.add([1])
    first.add([1])
    second = Chain(first.link)
    through.add([2])
    second.add([2])
    assert through.link == second.link
