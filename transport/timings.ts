/** How long host and viewer wait for what, while they look for a way to each other. */

/** Waits in ms. */
export const PEER_TIMINGS = {
  /** A second connection beside the first: under loss the better of two is up at 607 ms instead of 850 (measured). */
  second: 1_000,
  /**
   * On a short way it comes so much later than the first ought to be open: on a busy machine one loopback connection in a hundred (with
   * four busy loops: in twelve) greets before the far end is ready, and would greet again after a second.
   */
  secondLeast: 150,
  /** The relay, if WebRTC is not open so long after the first offer; when a link was lost, sooner: the session waits. */
  relay: 2_500,
  relayAgain: 300,
  /**
   * A login that took longer than this has a long way before it, on which WebRTC needs eleven more round trips: the relay bridges
   * them. Below it WebRTC is as quick as anyone can see, and the road carries none of the session.
   */
  bridge: 80,
  /** One WebRTC attempt. ICE finds a path within 10 s where there is one. */
  attempt: 15_000,
  /** Between new negotiations without a WebRTC link: 5, 15 and 45 s after the relay was taken, then each minute. */
  retries: [5_000, 10_000, 30_000, 60_000],
  /** The least between two negotiations that the viewer asks for. */
  between: 3_000,
  /** The bulk connection, after the main one: the first screen goes first. */
  bulk: 500,
  /** A second attempt at it beside the first, which is mostly up within six round trips and an SCTP timer. */
  bulkSecond: 3_000,
  /**
   * The bulk connection is closed when it was not wanted for so long. Opening it costs about 10 KB, as much as 70 s of its own
   * checks and heartbeats.
   */
  bulkIdle: 60_000,
  /** A replaced link stays so long, for what is on its way. */
  grace: 2_000,
  /** KE3 after KE2: beyond it the guess has failed. Several round trips of a bad network. */
  guess: 5_000,
  /** The viewer's hello after KE3, which it sends in the same breath. */
  hello: 10_000,
  /** KE2 after KE1 before KE1 is sent again, and in all. Longer than a guess of another viewer can hold the place. */
  login: 6_000,
  logins: 15_000,
  /** The first link after hello. */
  link: 20_000,
  /** A host keeps a viewer that is neither on the road nor on a link. The road keeps it 30 s. */
  forget: 60_000,
  /**
   * What was not heard for so long is no more: a link that lives is silent for 13.5 s at most (`session/links/keepalive.ts`). A viewer that is off the road as well
   * has most likely crashed, and its place may be given to somebody new.
   */
  silent: 15_000,
};

/** Timings with some of them replaced, for tests. */
export function peerTimings(change: Partial<typeof PEER_TIMINGS> = {}): typeof PEER_TIMINGS {
  return { ...PEER_TIMINGS, ...change };
}
