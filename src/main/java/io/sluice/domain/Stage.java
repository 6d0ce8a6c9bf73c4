package io.sluice.domain;

/** Where on its way a record was rejected. */
public enum Stage {
  KEEP,
  DECODE,
  VALIDATE,
  TRANSLATE,
  SEND
}
