#!/usr/bin/env python3
"""Sends one translation request and prints its result as JSON.

Needs confluent_kafka and avro (Debian: python3-confluent-kafka, python3-avro). The framing of the
registry is written by hand: a zero byte, the schema id as 4 bytes big-endian, Avro's binary form.
"""

import argparse
import datetime
import io
import json
import struct
import sys
import time
import urllib.request
import uuid

import avro.errors
import avro.io
import avro.schema
import confluent_kafka

FRAMING = struct.Struct(">bI")


class Registry:
    """Schemas by id and by subject."""

    def __init__(self, url):
        self._url = url
        self._schemas = {}

    def latest(self, subject):
        """The id of a subject's latest schema."""
        answer = self._get(f"/subjects/{subject}/versions/latest")
        self._schemas[answer["id"]] = avro.schema.parse(answer["schema"])
        return answer["id"]

    def schema(self, identifier):
        if identifier not in self._schemas:
            answer = self._get(f"/schemas/ids/{identifier}")
            self._schemas[identifier] = avro.schema.parse(answer["schema"])
        return self._schemas[identifier]

    def _get(self, path):
        with urllib.request.urlopen(self._url + path, timeout=10) as response:
            return json.load(response)


def encode(registry, identifier, record):
    """A record in registry framing, with those of its fields that the schema has."""
    schema = registry.schema(identifier)
    known = {field.name: record[field.name] for field in schema.fields if field.name in record}
    out = io.BytesIO()
    out.write(FRAMING.pack(0, identifier))
    avro.io.DatumWriter(schema).write(known, avro.io.BinaryEncoder(out))
    return out.getvalue()


def decode(registry, value):
    magic, identifier = FRAMING.unpack_from(value)
    if magic != 0:
        raise ValueError("not in registry framing")
    body = io.BytesIO(value[FRAMING.size :])
    return avro.io.DatumReader(registry.schema(identifier)).read(avro.io.BinaryDecoder(body))


def send(arguments, value):
    producer = confluent_kafka.Producer(
        {
            "bootstrap.servers": arguments.bootstrap_server,
            "enable.idempotence": True,
            # as Java's and kafkajs's clients; librdkafka's default puts a key elsewhere
            "partitioner": "murmur2_random",
        }
    )
    failures = []
    producer.produce(
        arguments.requests_topic,
        value,
        key=arguments.key,
        headers=[tuple(each.split("=", 1)) for each in arguments.header],
        on_delivery=lambda error, _: failures.append(error) if error else None,
    )
    if producer.flush(10) > 0 or failures:
        raise RuntimeError(f"not delivered: {failures or 'no answer from the broker'}")


def await_result(arguments, registry, identifier):
    """The result message and its decoded value; aborted transactions are not seen."""
    consumer = confluent_kafka.Consumer(
        {
            "bootstrap.servers": arguments.bootstrap_server,
            "group.id": f"sluice-python-client-{identifier}",
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "isolation.level": "read_committed",
        }
    )
    consumer.subscribe([arguments.results_topic])
    try:
        end = time.monotonic() + arguments.timeout
        while time.monotonic() < end:
            message = consumer.poll(0.5)
            if message is None or message.error() or message.value() is None:
                continue
            value = decode(registry, message.value())
            if value["id"] == identifier:
                return message, value
        raise TimeoutError(f"no result for {identifier} in {arguments.timeout} s")
    finally:
        consumer.close()


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bootstrap-server", required=True, metavar="HOST:PORT")
    parser.add_argument("--schema-registry-url", required=True, metavar="URL")
    parser.add_argument("--text", default="A man is riding a bicycle.")
    parser.add_argument("--from", dest="source", default="en", metavar="TAG")
    parser.add_argument("--to", dest="target", default="de", metavar="TAG")
    parser.add_argument("--key", help="Kafka key; default: none")
    parser.add_argument("--header", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--requests-topic", default="translation.requests.v1")
    parser.add_argument("--results-topic", default="translation.results.v1")
    parser.add_argument("--timeout", type=float, default=60, metavar="SECONDS")
    return parser.parse_args()


def main():
    arguments = parse()
    registry = Registry(arguments.schema_registry_url)
    identifier = str(uuid.uuid4())
    request = {
        "id": identifier,
        "text": arguments.text,
        "sourceLanguage": arguments.source,
        "targetLanguage": arguments.target,
        "createdAt": datetime.datetime.now(datetime.timezone.utc),
        "priority": "INTERACTIVE",
        "minimumExpertShare": None,
        "deadline": None,
        "metadata": {"client": "python"},
    }
    schema = registry.latest(f"{arguments.requests_topic}-value")
    send(arguments, encode(registry, schema, request))
    message, value = await_result(arguments, registry, identifier)
    print(
        json.dumps(
            {
                "partition": message.partition(),
                "offset": message.offset(),
                "key": message.key() and message.key().decode(),
                "headers": {name: data.decode() for name, data in message.headers() or []},
                "value": value,
            },
            indent=2,
            ensure_ascii=False,
        )
    )


if __name__ == "__main__":
    try:
        main()
    except (
        avro.errors.AvroException,
        confluent_kafka.KafkaException,
        OSError,
        RuntimeError,
        ValueError,
    ) as error:
        sys.exit(f"request.py: {error}")
