from catalog.recompute.counts import counts, key_text
from tests.ask.post_rows import complete, generated_posts


def test_every_complete_post_is_counted_once_in_each_table_that_knows_its_columns() -> None:
    posts = complete(generated_posts(3, 500))
    found = counts(posts)
    assert sum(row[-1] for row in found["count_by_join_year"].values()) == len(posts)
    known = [post for post in posts if None not in (post.geo.country, post.pin.category)]
    assert sum(row[0] for row in found["count_by_country_category"].values()) == len(known)
    followed = [post for post in posts if post.pin.follower_count is not None]
    assert sum(row[0] for row in found["count_by_age_group_join_year_followers"].values()) == len(followed)
    assert all(found.values())


def test_a_long_text_is_shortened_to_what_an_index_takes_and_stays_apart() -> None:
    assert key_text("é" * 300) == "é" * 300
    longer = [key_text("😀" * 301 + end) for end in "ab"]
    assert longer[0] != longer[1]
    assert {len(text) for text in longer} == {300}
    assert len(longer[0].encode()) < 1200
