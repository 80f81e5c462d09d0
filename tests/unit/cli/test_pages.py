"""``explain --html``: a decision as a page that can be mailed and archived."""

from html.parser import HTMLParser
from pathlib import Path

from modelgate.cli.decision.bar import bar
from modelgate.contracts.facts import Interval, Value
from modelgate.contracts.results import Bound, Result, Status

from tests.unit.cli.running import run
from tests.unit.steps import reports_made_up as made_up
from tests.unit.steps.world import World

ARN = "arn:aws:sagemaker:eu-west-1:222222222222:model-package/loan-approval/1"


class Tags(HTMLParser):
    """Every tag and attribute of a page, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "xlink:href")]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_page_draws_each_number_and_says_what_to_do(world: World, tmp_path: Path) -> None:
    """Verdict, reasons, advice and evidence; a drawing for every number with a bound."""
    world.run(world.register(reports={"quality.json": made_up.quality(auc=0.4)}))

    ran = run("explain", ARN, "--html", tmp_path / "page.html")

    page = Tags((tmp_path / "page.html").read_text(encoding="utf-8"))
    assert ran.code == 0
    assert "loan-approval version 1 was rejected on" in page.text
    assert "auc = 0.4, must be" in page.text
    assert "improve the model" in page.text
    assert page.tags.count("svg") == len([r for r in world.record(ARN).judgement.results if r.bound])


def test_a_page_loads_nothing_and_runs_nothing(world: World, tmp_path: Path) -> None:
    """A facet may be called whatever its team likes: it stays text."""
    evil = "<script>alert(1)</script>"
    facets = {"race": {evil: {**made_up.GOOD_BIAS, "DI": 0.1}}}
    world.run(world.register(reports={"bias.json": made_up.bias(facets)}))

    run("explain", ARN, "--html", tmp_path / "page.html")

    page = Tags((tmp_path / "page.html").read_text(encoding="utf-8"))
    assert evil in page.text
    assert "script" not in page.tags
    assert page.addresses == []


def test_a_drawing_shows_which_side_of_the_bound_a_number_is_on() -> None:
    """The dot lies outside the band exactly when the number does; huge numbers are drawn too."""

    def drawn(number: float, bound: Bound) -> tuple[float, float, float]:
        interval = Interval(low=number - 0.01, high=number + 0.01, confidence=0.95)
        result = Result(
            check="c", status=Status.PASS, observed=Value(number=number), bound=bound, interval=interval, sentence="s"
        )
        svg = bar(result)
        band = svg.split('<rect x="')[1]
        left, width = float(band.split('"')[0]), float(band.split('width="')[1].split('"')[0])
        return float(svg.split('cx="')[1].split('"')[0]), left, left + width

    for number, inside in ((0.5, False), (0.9, True), (1.3, False)):
        dot, left, right = drawn(number, Bound(min=0.8, max=1.25))
        assert (left <= dot <= right) is inside
    dot, left, _ = drawn(-1e300, Bound(min=0.0, max=None))
    assert dot < left
