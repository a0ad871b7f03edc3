"""What the benchmarks measure still works: they are run by hand, and a change of the protocol broke them unseen."""

from benchmarks import feed, merge


def test_the_bundles_that_are_merged_are_taken_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(merge, "STATIONS", 1)
    monkeypatch.setattr(merge, "ENTRIES", 20)
    prepared = merge.Prepared(tmp_path)
    prepared.world.office.add_station(feed.E1, "E1", None)

    merge.take(prepared.world.office, prepared.bundles)

    with prepared.world.office.store.transaction():
        assert prepared.world.office.store.count() > merge.ENTRIES


def test_a_network_of_projections_is_told_whole_and_then_by_its_changes(tmp_path):
    world, node = feed.network(tmp_path, 20)
    feed.courier.take(node, feed.export_feed(world.office, feed.E1).content, world.clock.now())
    feed.marked(world, node)
    feed.a_day(world, 20, 0)
    world.clock.moment += 1

    taken = feed.courier.take(node, feed.export_feed(world.office, feed.E1).content, world.clock.now())

    assert taken.news
    assert taken.header.bases
    world.office.store.close()
    node.store.close()
