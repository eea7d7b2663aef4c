import type { RoadClient } from "./road_client.ts";

/** The part of a {@link RoadClient} that negotiations use, and that {@link HttpRoad} implements too. */
export type RoadPort = Pick<
  RoadClient,
  "signal" | "state" | "relay" | "buffered" | "ice" | "online" | "joined" | "listen" | "probe"
>;
