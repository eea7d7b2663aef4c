/**
 * The PAKE: OPAQUE (RFC 9807). The host keeps a record per role, made from the secret of that role; a viewer proves that it knows the
 * secret; both get the same key. The road, which carries the three messages, learns nothing that would let it test guesses. The record is
 * never stored or sent, so its key stretching is the lightest that the library offers.
 */
import * as opaque from "@serenity-kit/opaque";
import { type Access, WORD_BITS, WORD_COUNT } from "./join_code.ts";
import { decodeBase64Url, encodeBase64Url } from "./base64url.ts";

/** 1 MiB and one pass: 10 ms. Stretching protects a stolen record, and this record ends with the host process. */
const STRETCHING = { "argon2id-custom": { iterations: 1, memory: 1024, parallelism: 1 } } as const;

/** The longest message of a peer that is parsed, in characters. KE1, KE2 and KE3 of this suite have 96, 320 and 64 bytes. */
const MAX_MESSAGE = 1024;

/** The byte before KE1 that names the record. */
const BYTE: Readonly<Record<Access, string>> = { write: "w", view: "v" };

/** A PAKE message of the far end was malformed, or did not prove the secret. */
export class PakeError extends Error {
  override name = "PakeError";
}

/** Await this once before any other function of this file: the library is WebAssembly and loads asynchronously. */
export const pakeReady: Promise<void> = opaque.ready;

/** A host's OPAQUE record of one secret. Opaque to its users; valid in this process only. */
export interface PakeRecord {
  readonly access: Access;
  /** The entropy of the secret in bits (`guess_limit.ts`). */
  readonly bits: number;
  readonly session: string;
  readonly setup: string;
  readonly record: string;
}

/**
 * Makes the record of `secret` (words or passphrase, verbatim) for one role of `session`; `bits` is its entropy, by default that of three
 * words.
 */
export function makeRecord(
  access: Access,
  secret: string,
  session: string,
  bits = WORD_COUNT * WORD_BITS,
): PakeRecord {
  const password = secret.normalize("NFC");
  const setup = opaque.server.createSetup();
  const { clientRegistrationState, registrationRequest } = opaque.client.startRegistration({ password });
  const { registrationResponse } = opaque.server.createRegistrationResponse({
    serverSetup: setup,
    userIdentifier: BYTE[access],
    registrationRequest,
  });
  const { registrationRecord } = opaque.client.finishRegistration({
    password,
    clientRegistrationState,
    registrationResponse,
    keyStretching: STRETCHING,
    identifiers: { client: BYTE[access], server: session },
  });
  return { access, bits, session, setup, record: registrationRecord };
}

/**
 * A record for a role that is closed, of a secret that nobody knows. A viewer that knows only the session id gets the same answers from it,
 * at the same speed, and also to one KE1 sent twice: so an attacker cannot tell a host that accepts no writers.
 */
export function decoyRecord(access: Access, session: string): PakeRecord {
  return makeRecord(access, encodeBase64Url(crypto.getRandomValues(new Uint8Array(16))), session);
}

/** The role that a viewer's `hello` requests; null if the message is malformed. */
export function roleOf(hello: string): Access | null {
  if (hello.length > MAX_MESSAGE) return null;
  const byte = decodeBase64Url(hello)?.[0];
  return byte === 0x77 ? "write" : byte === 0x76 ? "view" : null;
}

/** A viewer's key exchange: one KE1, for which one KE2 is accepted. */
export class ViewerKeyExchange {
  /** The `data` of the first signal: base64url of the record's byte and KE1. */
  readonly hello: string;
  #state: string;
  readonly #password: string;

  constructor(readonly access: Access, secret: string, readonly session: string) {
    this.#password = secret.normalize("NFC");
    const { clientLoginState, startLoginRequest } = opaque.client.startLogin({ password: this.#password });
    this.#state = clientLoginState;
    const ke1 = decodeBase64Url(startLoginRequest)!;
    this.hello = encodeBase64Url(Uint8Array.of(BYTE[access].charCodeAt(0), ...ke1));
  }

  /**
   * Handles KE2. Returns the `data` of KE3 and the session key; throws {@link PakeError} if the secret differs from the host's or KE2 was
   * altered.
   */
  finish(ke2: string): { readonly ke3: string; readonly key: Uint8Array } {
    const done = guarded(() =>
      opaque.client.finishLogin({
        clientLoginState: this.#state,
        loginResponse: short(ke2),
        password: this.#password,
        keyStretching: STRETCHING,
        identifiers: { client: BYTE[this.access], server: this.session },
      })
    );
    if (done === undefined) throw new PakeError("the secret is not the host's");
    return { ke3: done.finishLoginRequest, key: decodeBase64Url(done.sessionKey)! };
  }
}

/** The host's answer to one KE1. From the moment that `ke2` is sent until `finish` succeeds, the viewer counts as having guessed. */
export interface HostKeyExchange {
  readonly access: Access;
  readonly ke2: string;
  /** Handles KE3; returns the session key. Throws {@link PakeError} if KE3 does not prove the secret. */
  finish(ke3: string): Uint8Array;
}

/** Answers a viewer's `hello`. Throws {@link PakeError} if it is malformed, or requests a role that has no record. */
export function answerKeyExchange(
  records: Readonly<Partial<Record<Access, PakeRecord>>>,
  hello: string,
  session: string,
): HostKeyExchange {
  const access = roleOf(hello);
  const record = access === null ? undefined : records[access];
  if (access === null || record === undefined) {
    throw new PakeError("the first message of a login is malformed");
  }
  const identifiers = { client: BYTE[access], server: session };
  const { serverLoginState, loginResponse } = guarded(() =>
    opaque.server.startLogin({
      serverSetup: record.setup,
      userIdentifier: BYTE[access],
      registrationRecord: record.record,
      startLoginRequest: encodeBase64Url(decodeBase64Url(hello)!.subarray(1)),
      identifiers,
    })
  );
  return {
    access,
    ke2: loginResponse,
    finish(ke3) {
      const { sessionKey } = guarded(() =>
        opaque.server.finishLogin({ serverLoginState, finishLoginRequest: short(ke3), identifiers })
      );
      return decodeBase64Url(sessionKey)!;
    },
  };
}

function short(message: string): string {
  if (message.length > MAX_MESSAGE) throw new PakeError(`a login message has ${message.length} characters`);
  return message;
}

/** Runs a call of the library, which throws a plain Error for invalid bytes, and converts that to {@link PakeError}. */
function guarded<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw new PakeError(error instanceof Error ? error.message : "the login failed");
  }
}
