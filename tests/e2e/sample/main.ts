/** A small program with what Beach has: a version, workers, a file to read, a native addon, a deep package, and a watchdog. */
import config from "../../../deno.json" with { type: "json" };

switch (Deno.args[0]) {
  case "--version":
    console.log(config.version);
    break;
  case "worker": {
    const worker = new Worker(new URL("./sample_worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }) => {
      console.log(data);
      worker.terminate();
    };
    break;
  }
  case "file":
    console.log((await Deno.readTextFile(new URL("./sample.txt", import.meta.url))).trim());
    break;
  case "metrics": {
    const { Registry } = await import("prom-client");
    console.log(new Registry().contentType);
    break;
  }
  case "loop": {
    const { listenForStop } = await import("../../../cli/signals/stop.ts");
    using _stop = listenForStop(() => Deno.exit(1));
    // It listens from a moment after the start on.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    console.log("looping");
    for (;;);
  }
  case "rtc": {
    const { default: ndc } = await import("node-datachannel");
    ndc.initLogger("Error", (level: string, message: string) => console.error(level, message));
    const peer = new ndc.PeerConnection("sample", { iceServers: [] });
    const offered = Promise.withResolvers<string>();
    const closed = Promise.withResolvers<void>();
    peer.onLocalDescription((_sdp: string, type: string) => offered.resolve(type));
    peer.onStateChange((state: string) => state === "closed" && closed.resolve());
    peer.createDataChannel("sample");
    console.log(await offered.promise);
    peer.close();
    await closed.promise;
    ndc.cleanup();
    Deno.exit(0);
  }
}
