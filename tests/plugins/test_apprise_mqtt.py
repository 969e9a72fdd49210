"""Messages by MQTT, against a real broker with a subscriber of another author's."""

import asyncio
import socket
import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from dispatch.model.message import Outcome, Receipt
from dispatch.plugins.apprise import AppriseAddresses
from dispatch.testing import a_message

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # modules of theirs want modules of Python's that are to go
    from amqtt.broker import Broker
    from amqtt.client import MQTTClient
    from apprise.plugins.email import NotifyEmail as _  # noqa: F401  loaded here, where its warning is not an error

TOPIC = "yard/loudspeaker"


@dataclass
class Yard:
    """A broker, and a loudspeaker in the yard that has subscribed."""

    port: int
    loop: asyncio.AbstractEventLoop
    loudspeaker: MQTTClient

    def hears(self) -> str:
        """Wait for the next message."""
        heard = asyncio.run_coroutine_threadsafe(self.loudspeaker.deliver_message(timeout_duration=30), self.loop)
        packet = heard.result(60)
        assert packet is not None and packet.data is not None
        return bytes(packet.data).decode()


@pytest.fixture
def yard() -> Iterator[Yard]:
    """Run a broker in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def begin(port: int) -> tuple[Broker, MQTTClient]:
        listeners = {"default": {"type": "tcp", "bind": f"127.0.0.1:{port}"}}
        anybody = {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}}
        broker = Broker({"listeners": listeners, "plugins": anybody})
        await broker.start()
        loudspeaker = MQTTClient(config={"auto_reconnect": False})
        await loudspeaker.connect(f"mqtt://127.0.0.1:{port}/")
        await loudspeaker.subscribe([(TOPIC, 1)])
        return broker, loudspeaker

    async def end(broker: Broker, loudspeaker: MQTTClient) -> None:
        await loudspeaker.disconnect()
        await broker.shutdown()

    port = _free_port()
    broker, loudspeaker = asyncio.run_coroutine_threadsafe(begin(port), loop).result(60)
    try:
        yield Yard(port, loop, loudspeaker)
    finally:
        asyncio.run_coroutine_threadsafe(end(broker, loudspeaker), loop).result(60)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(60)
        loop.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def test_a_message_by_mqtt_is_heard_whole(yard: Yard) -> None:
    """In Chinese, at the topic of the address, and no thread goes on afterwards."""
    channel = AppriseAddresses({"allow_private": ["127.0.0.1"]})

    receipt = channel.send(a_message(to=f"mqtt://127.0.0.1:{yard.port}/{TOPIC}?qos=1"))

    assert receipt.outcome is Outcome.SENT
    assert yard.hears().splitlines() == ["12号单", a_message().text]
    assert not [one for one in threading.enumerate() if one.name.startswith("paho")]


def test_a_broker_that_is_not_there_is_tried_later() -> None:
    """It may be started again."""
    channel = AppriseAddresses({"allow_private": ["127.0.0.1"]})

    receipt = channel.send(a_message(to=f"mqtt://127.0.0.1:{_free_port()}/{TOPIC}"))

    assert receipt == Receipt(outcome=Outcome.TRY_LATER, note="the service did not take the message")


def test_a_broker_in_a_private_network_is_not_called_unless_it_is_allowed(yard: Yard) -> None:
    """As with every other service."""
    receipt = AppriseAddresses({}).send(a_message(to=f"mqtt://127.0.0.1:{yard.port}/{TOPIC}"))

    assert receipt == Receipt(outcome=Outcome.GIVE_UP, note="this host leads into a private network")
