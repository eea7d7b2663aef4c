/** A host that shares a folder, and a viewer of it, without a session between. */
import { systemSha256 } from "../../../cli/cp/disk_file.ts";
import { FileRoot } from "../../../cli/services/file_root.ts";
import { FileService } from "../../../cli/services/file_service.ts";
import { Pastes } from "../../../cli/services/pastes.ts";
import { FileClient } from "../../../session/services/file_client.ts";
import type { ServiceStream } from "../../../session/services/service_stream.ts";
import { connected } from "../../support/service_streams.ts";
import { TempDir } from "../../support/temp_dir.ts";

/** `streams` are the viewer's ends of all that were opened; nothing may be left in the host's temporary folder. */
export async function sharing(folder: string, permit = () => Promise.resolve()) {
  const dir = await TempDir.create();
  const shared = `${dir.path}/${folder}`;
  await Deno.mkdir(shared);
  const pastes = new Pastes(dir.tmp);
  const service = new FileService({ root: await FileRoot.open(shared), pastes });
  const streams: ServiceStream[] = [];
  const open = connected((stream, head) => void service.serve(stream, head, permit));
  const client = new FileClient((name, head) => {
    streams.push(open(name, head));
    return streams.at(-1)!;
  }, systemSha256);
  return {
    dir: dir.path,
    shared,
    client,
    streams,
    async [Symbol.asyncDispose]() {
      await pastes[Symbol.asyncDispose]();
      await dir.assertEmptyTmp();
      await dir[Symbol.asyncDispose]();
    },
  };
}
