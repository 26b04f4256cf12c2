"""Mistakes that a type checker finds, a line each."""

from yunqi.client import Client


def mistakes(client: Client) -> None:
    client.contracts.read(7)
    client.resources.list(colour="red")
    client.resources.order_server(name="a", contract="b", spec={"vcpus": 1})
    client.contracts.import_(file="f").wait().paint()
    client.readings.record("c", code="a", value="b", agreement="d").iterate()
