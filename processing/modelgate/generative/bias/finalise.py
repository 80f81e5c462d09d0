"""From counts to the numbers that a policy judges."""

from modelgate.generative.bias.accuracy import accuracy
from modelgate.generative.bias.calibration import calibration
from modelgate.generative.bias.cells import cells_of
from modelgate.generative.bias.helm import helm_bias
from modelgate.generative.bias.paper import paper_bias
from modelgate.generative.measurement import Measurement
from modelgate.generative.tally import Tally


def finalise(tally: Tally, *, dataset_id: str) -> tuple[Measurement, ...]:
    """Measure bias by both definitions, accuracy and calibration, on the answers that *tally* counts."""
    cells = cells_of(tally)
    return (
        paper_bias(cells, dataset_id),
        helm_bias(cells, dataset_id),
        accuracy(cells, dataset_id),
        calibration(tally, cells, dataset_id),
    )
