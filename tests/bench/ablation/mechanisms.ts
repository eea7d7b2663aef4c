/** What the ablation takes away, one after the other: each is a change of the sources, made in a copy of them. */

export interface Change {
  readonly file: string;
  /** Text that stands there exactly once. */
  readonly from: string;
  readonly to: string;
}

export interface Mechanism {
  /** What is there now, for the table's first column. */
  readonly name: string;
  /** What takes its place. */
  readonly without: string;
  readonly changes: readonly Change[];
}

const one = (name: string, without: string, file: string, from: string, to: string): Mechanism => {
  return { name, without, changes: [{ file, from, to }] };
};

const COPIES = "session/sync/duplicates.ts";
const REACH = "session/sync/redundancy.ts";
const SENDER = "session/sync/sender.ts";
const AGAIN = "session/sync/retransmitter.ts";
const WINDOW = "session/sync/send_window.ts";
const PACER = "session/sync/snapshot_pacer.ts";
const LINK = "session/sync/link_protocol.ts";
const ACKS = "session/links/ack_timer.ts";
const RTT = "session/links/rtt.ts";
const LOSS = "session/links/loss_meter.ts";
const MONITOR = "session/links/path_monitor.ts";
const PROBE = "session/links/path_probe.ts";
const FEED = "session/host/output_feed.ts";
const ROUTING = "session/sync/adaptive_routing.ts";

export const MECHANISMS: readonly Mechanism[] = [
  one("copies of small messages", "none", COPIES, "if (!path.doubtful || bytes", "if (path || bytes"),
  one("copies 15 ms later, 10 and 30", "at once", COPIES, "at: now + delay", "at: now + 0 * delay"),
  one(
    "a second copy of a typed key",
    "one copy",
    COPIES,
    "path.losingMuch || since >= SLOW ? TWO",
    "path.losingMuch ? TWO",
  ),
  one(
    "a second copy from 7 % on",
    "one copy",
    COPIES,
    "path.losingMuch || since >= SLOW ? TWO",
    "since >= SLOW ? TWO",
  ),
  one("the first of two copies after 10 ms", "15 ms", COPIES, "[10, 30]", "[15, 30]"),
  one("no copies above 200 bytes", "copies of all", COPIES, "COPY_MAX = 200", "COPY_MAX = 2000"),
  one("reach back", "new bytes only", REACH, "?? sent;", "?? sent, sent;"),
  one("reach back of three messages", "of one", REACH, "doubtful ? -FRAMES :", "doubtful ? -FRAMES_CLEAN :"),
  one("reach back to all of 64 bytes", "three messages", REACH, "LITTLE = 64", "LITTLE = 0"),
  one("no further than 64 bytes", "all that is unacked", REACH, "LITTLE = 64", "LITTLE = Infinity"),
  one(
    "path probe",
    "none",
    PROBE,
    "return Math.max(path.heardAt, unackedSince) +",
    "return Infinity * Math.max(path.heardAt, unackedSince) +",
  ),
  one("probes each 40 ms", "each 250 ms", PROBE, "[3000, 40]", "[3000, 250]"),
  one(
    "a path is silent after 150 ms and an RTO",
    "after 600 ms and an RTO",
    RTT,
    "BEYOND_RTO = 150;\nconst SILENCE_MOST = 600",
    "BEYOND_RTO = 600;\nconst SILENCE_MOST = 6000",
  ),
  one("pacing of messages", "at once", SENDER, "#turns.tryConsume(now)", "#turns.tryConsume(now) && false"),
  one(
    "8 to 12 ms a turn",
    "half a round trip",
    SENDER,
    "Math.min(TURN_MAX, Math.max(TURN_MIN, (this.path.rtt.srtt ?? 0) / 2))",
    "Math.max(TURN_MIN, (this.path.rtt.srtt ?? 0) / 2)",
  ),
  one("three turns saved", "one", "session/sync/pacer.ts", "SAVED = 3", "SAVED = 1"),
  one("more than 8 KiB on `ctrl`", "all on `term`", SENDER, "waiting > LARGE &&", "waiting > 1e9 * LARGE &&"),
  one(
    "4 KiB unacked under loss",
    "the window alone",
    SENDER,
    "LOSING_WINDOW = 4 * 1024",
    "LOSING_WINDOW = 4 * 1024 * 1024",
  ),
  one("two messages after a timeout", "no limit", SENDER, "AFTER_TIMEOUT = 2", "AFTER_TIMEOUT = Infinity"),
  one("the RTO doubles", "it stays", AGAIN, "DOUBLINGS = 4", "DOUBLINGS = 0"),
  one("the window follows the rate", "16 KiB", WINDOW, "if (!limited) {", "if (limited || !limited) {"),
  one("a window", "4 MiB", WINDOW, "#size = START", "#size = MAX"),
  one("slow start", "the rate alone", WINDOW, "#starting = true", "#starting = false"),
  one("a queue of 40 ms", "of 200 ms", WINDOW, "QUEUE = 40", "QUEUE = 200"),
  one("half the way to the rate", "all of it", WINDOW, "(this.#size + wanted) / 2", "wanted"),
  one("a first window of 16 KiB", "64 KiB", WINDOW, "START = 16 * 1024", "START = 64 * 1024"),
  one("20 ms between screens", "none", PACER, "const INTERVAL = 20", "const INTERVAL = 0"),
  one(
    "eager screens after typing",
    "none",
    PACER,
    "this.#eagerUntil = now + EAGER_FOR",
    "this.#eagerUntil = now - EAGER_FOR",
  ),
  one("eager screens 8 ms apart", "12 ms", PACER, "EAGER = 8", "EAGER = 12"),
  one("250 ms of them", "no end", PACER, "EAGER_FOR = 250", "EAGER_FOR = Infinity"),
  one("hurried screens, 2 ms behind a pause", "none", PACER, "HURRIES = 2", "HURRIES = 0"),
  one("two hurries a key", "no limit", PACER, "HURRIES = 2", "HURRIES = Infinity"),
  one("12 ms where the program paused for 4", "20 ms", PACER, "PAUSED = 12", "PAUSED = 20"),
  one(
    "screens slow down where they queue",
    "they do not",
    PACER,
    "const slower = took > this.#long",
    "const slower = took > 1e9 * this.#long",
  ),
  one(
    "no screen while those before are late",
    "it goes",
    PACER,
    "this.#at - this.#sent[0]!.at > this.#long",
    "this.#at - this.#sent[0]!.at > 1e9 * this.#long",
  ),
  one(
    "80 ms, 800 bytes after an outage",
    "as ever",
    PACER,
    "const { unproven } = this.path;",
    "const unproven = false;",
  ),
  one(
    "a copy of each screen under loss",
    "none",
    COPIES,
    "path.doubtful && parts <= COPY_PARTS",
    "path.doubtful && parts < 0",
  ),
  one("acks wait 4 ms for data", "at once", ACKS, "const ACK_DELAY = 4", "const ACK_DELAY = 0"),
  one(
    "acks of what is shown at once",
    "4 ms later",
    LINK,
    "const waits = echo && !this.path.doubtful && !this.path.lossIn",
    "const waits = echo || !echo",
  ),
  one(
    "an ack at once under loss",
    "4 ms later",
    LINK,
    "const waits = echo && !this.path.doubtful && !this.path.lossIn",
    "const waits = echo",
  ),
  one("1 ms between acks", "none", ACKS, "const ACK_GAP = 1", "const ACK_GAP = 0"),
  one(
    "the second connection after an outage",
    "none",
    LINK,
    'if (channel === "term" && this.path.unproven)',
    'if (channel === "term" && this.path.unproven && !channel)',
  ),
  one(
    "adaptive routing",
    "none",
    "session/sync/limits.ts",
    "FALLBACK_LOSS = 0.1",
    "FALLBACK_LOSS = Infinity",
  ),
  one("24 answers on `ctrl` before", "one", ROUTING, "const PROBES = 24", "const PROBES = 1"),
  one(
    "back below half the threshold",
    "below the threshold",
    ROUTING,
    "const RETURN = 0.5",
    "const RETURN = 1",
  ),
  one("an RTO of 50 ms at least", "200 ms", RTT, "RTO_MIN = 50", "RTO_MIN = 200"),
  one("an RTO of 1 s at most", "10 s", RTT, "RTO_MAX = 1000", "RTO_MAX = 10_000"),
  one("10 ms of jitter at least", "0", RTT, "JITTER_MIN = 10", "JITTER_MIN = 0"),
  one("a path is sure after 128 messages", "after 16", LOSS, "SURE_SPAN = 128", "SURE_SPAN = 16"),
  one("256 messages remembered", "128", LOSS, "LONG_SPAN = 256", "LONG_SPAN = 128"),
  one("a path loses from 1 % on", "from 5 % on", LOSS, "const LOSING = 0.01", "const LOSING = 0.05"),
  one("7 % is much", "1 %", LOSS, "LOSING_MUCH = 0.07", "LOSING_MUCH = 0.01"),
  one("what an outage lost is no loss", "it is", MONITOR, "this.#out.restart(this.#number);", ""),
  one(
    "a round trip from an outage is no sample",
    "it is",
    MONITOR,
    "this.#staleUntil = now + 2 * this.rtt.rto",
    "this.#staleUntil = 0",
  ),
  one("behind: 50 ms of output wait", "10 s", FEED, "const BEHIND = 50", "const BEHIND = 10_000"),
  one("behind: 16 windows at most", "one", FEED, "const WINDOWS = 16", "const WINDOWS = 1"),
  one(
    "behind: the window full for 60 ms",
    "never for that",
    FEED,
    "const FULL = 60",
    "const FULL = Infinity",
  ),
  one(
    "behind under loss: 4 KiB wait",
    "the window's",
    FEED,
    "const most = path.losing ? LOSING_WINDOW :",
    "const most =",
  ),
  one(
    "a screen after an outage",
    "all bytes",
    FEED,
    "if (outage && this.#state.kind",
    "if (outage && !outage && this.#state.kind",
  ),
  one(
    "bytes again under loss in a pause only",
    "below half a window",
    FEED,
    "conversation.path.losing ? SMALL :",
    "",
  ),
  one("up to 8 lossy parts", "one", "session/sync/snapshot_parts.ts", "LOSSY_PARTS = 8", "LOSSY_PARTS = 1"),
  one(
    "512 KiB kept above a gap",
    "nothing",
    "session/sync/receiver.ts",
    "this.#aside.keep(this.#have, segment.base, segment.data)",
    "",
  ),
  one("four ranges in a `sack`", "one", "session/sync/receiver.ts", "SACK_RANGES = 4", "SACK_RANGES = 1"),
  one(
    "a resync after 500 ms",
    "never",
    "session/viewer/viewer_output.ts",
    "RESYNC_AFTER = 500",
    "RESYNC_AFTER = Infinity",
  ),
  one(
    "screens wait for a whole picture (mode 2026)",
    "they do not",
    "tests/bench/ablation/session_pair.ts",
    "const WHOLE = 100",
    "const WHOLE = 0",
  ),
];
