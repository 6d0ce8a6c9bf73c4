/** Hand-written fakes and builders that tests of several packages share. */
package io.sluice.testing;
