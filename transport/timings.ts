/** How long host and viewer wait for each step while they build a connection. */

/** Durations in ms. */
export const PEER_TIMINGS = {
  /** A second connection attempt beside the first: under loss the better of two is open after 607 ms instead of 850 (measured). */
  second: 1_000,
  /**
   * The shortest delay of the second attempt after the moment when the first should be open, on a short path. On a busy machine one
   * loopback connection in a hundred (with four busy loops: in twelve) sends its first DTLS message before the far end is ready, and would
   * repeat it only after a second.
   */
  secondLeast: 150,
  /**
   * The relay is offered if WebRTC is not open so long after the first offer; sooner where a link was lost, because the session is waiting.
   */
  relay: 2_500,
  relayAgain: 300,
  /**
   * A login that took longer than this has a long path, on which WebRTC needs eleven more round trips: the relay bridges them. Below it
   * WebRTC opens too quickly for a person to notice, and the road carries none of the session.
   */
  bridge: 80,
  /** The limit for one WebRTC attempt. ICE finds a path within 10 s where one exists. */
  attempt: 15_000,
  /** Between new negotiations without a WebRTC link: 5, 15 and 45 s after the relay came into use, then every minute. */
  retries: [5_000, 10_000, 30_000, 60_000],
  /** The shortest time between two negotiations that the viewer requests. */
  between: 3_000,
  /** The delay of the bulk connection after the main one: the first screen is sent first. */
  bulk: 500,
  /** The delay of a second bulk attempt beside the first. Most attempts open within six round trips and one SCTP timer. */
  bulkSecond: 3_000,
  /**
   * The bulk connection is closed after so long without use. Opening it costs about 10 KB, as much as 70 s of its own ICE checks and
   * heartbeats.
   */
  bulkIdle: 60_000,
  /** From KE2 to KE3: after that the guess counts as wrong. Several round trips of a bad network. */
  guess: 5_000,
  /** From KE3 to the viewer's hello, which the viewer sends immediately after KE3. */
  hello: 10_000,
  /** From KE1 to KE2 before KE1 is sent again, and in all. Longer than another viewer's guess can occupy the host. */
  login: 6_000,
  logins: 15_000,
  /** From hello to the first link. */
  link: 20_000,
  /** How long a host keeps a viewer that has neither a socket on the road nor a link. The road keeps it 30 s. */
  forget: 60_000,
  /**
   * After so long a silence a link counts as dead: a working link is silent for 13.5 s at most (`session/links/keepalive.ts`). A viewer
   * that is off the road as well has most likely crashed, and its place may be given to a new viewer.
   */
  silent: 15_000,
};

/** {@link PEER_TIMINGS} with some values replaced, for tests. */
export function peerTimings(change: Partial<typeof PEER_TIMINGS> = {}): typeof PEER_TIMINGS {
  return { ...PEER_TIMINGS, ...change };
}
