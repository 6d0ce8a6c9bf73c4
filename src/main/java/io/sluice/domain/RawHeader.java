package io.sluice.domain;

/**
 * One Kafka record header.
 *
 * @param key its name
 * @param value its bytes, may be null
 */
@SuppressWarnings("ArrayRecordComponent") // bytes pass through, they are never compared
public record RawHeader(String key, byte[] value) {}
