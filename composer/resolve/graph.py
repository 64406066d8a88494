"""Recipes and their reasons as a graph, for `compose graph`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from composer.model.resolution import Reason

if TYPE_CHECKING:
    import networkx as nx

IMAGE = ""  # the node that stands for the image itself; a recipe's name is never empty


def reason_graph(wanted: Mapping[str, Sequence[Reason]]) -> nx.DiGraph[str]:
    """Edges from who wants to what is wanted, by the reasons for each recipe; each edge holds its `reasons`.

    networkx takes 190 ms to import, so only the commands that walk a graph pay for it; the search
    itself works on integer rows, whose hyperedges networkx cannot hold.
    """
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_node(IMAGE)
    graph.add_nodes_from(wanted)
    for name, reasons in wanted.items():
        for reason in reasons:
            known = graph.get_edge_data(reason.by, name, {"reasons": ()})["reasons"]
            graph.add_edge(reason.by, name, reasons=(*known, reason))
    return graph
