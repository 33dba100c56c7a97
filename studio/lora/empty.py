"""Components of a base model without weights: which parameters they have, in which shapes."""

from __future__ import annotations

from typing import Any

from studio.models import keys
from studio.models.components import build, canonical, file_shapes
from studio.models.family import BaseLocation
from studio.models.names import Place

Shape = tuple[int, ...]


def parameter_shapes(location: BaseLocation, component: str) -> dict[str, Shape]:
    """Canonical name -> shape of everything that files hold of a component (``vae`` too)."""
    return file_shapes(component, _empty(location, component))


def layer_shapes(location: BaseLocation) -> dict[Place, Shape]:
    """Weight shapes of all layers that an adapter can change, by canonical place."""
    components = {name: _empty(location, name) for name in location.components}
    return {
        Place(place.component, canonical(*place)): shape
        for place, shape in keys.layer_shapes(components).items()
    }


def _empty(location: BaseLocation, component: str) -> Any:
    return build(component, location.config(component), location.configs)
