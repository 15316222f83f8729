// Who may do what in the event store: the service's user writes and reads the streams of ledgers, and nobody but
// administrators may read everything, delete a stream or say that something of it may be taken away. Idempotent.
// usage: EVENTSTORE_ADMIN_URL='esdb://admin:…@node1:2113,node2:2113,node3:2113?tlsCAFile=…' \
//        EVENTSTORE_SERVICE_PASSWORD=… node deploy/users.mjs
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import services from '@eventstore/db-client/generated/users_grpc_pb.js';
import messages from '@eventstore/db-client/generated/users_pb.js';

const USER = 'mingzhang';
const { EVENTSTORE_ADMIN_URL: url, EVENTSTORE_SERVICE_PASSWORD: password } = process.env;
if (!url || !password) {
  console.error('EVENTSTORE_ADMIN_URL 与 EVENTSTORE_SERVICE_PASSWORD 须同时设置 have to be set, both of them');
  process.exit(2);
}
const client = EventStoreDBClient.connectionString(url);

const asUsers = (method, request) =>
  client.execute(
    services.UsersClient,
    method,
    (users) =>
      new Promise((resolve, reject) => {
        const [metadata, options] = client.callArguments({ requiresLeader: true });
        users[method](request, metadata, options, (error, told) => (error ? reject(error) : resolve(told)));
      }),
  );
const exists = ({ type, message, details }) => /exists|conflict/i.test(`${type} ${message} ${details}`);
/** A cluster that has just come up has no leader yet, and an administrator a little later. */
async function patiently(work) {
  for (let left = 60; ; left--) {
    try {
      return await work();
    } catch (error) {
      if (left === 0 || exists(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

async function user() {
  const options = new messages.CreateReq.Options();
  options.setLoginName(USER);
  options.setFullName('Mingzhang');
  options.setPassword(password);
  const request = new messages.CreateReq();
  request.setOptions(options);
  await patiently(() => asUsers('create', request)).catch((error) => {
    if (!exists(error)) throw error;
  });
  // Some servers say nothing of a user that is there, and leave the password as it was.
  const again = new messages.ResetPasswordReq.Options();
  again.setLoginName(USER);
  again.setNewPassword(password);
  const reset = new messages.ResetPasswordReq();
  reset.setOptions(again);
  await patiently(() => asUsers('resetPassword', reset));
}

const ADMINS = '$admins';
const both = [ADMINS, USER];
await user();
await client.setStreamMetadata('$all', { acl: { readRoles: both, metaReadRoles: both } });
const defaults = {
  $userStreamAcl: { $r: both, $w: both, $d: ADMINS, $mr: both, $mw: ADMINS },
  $systemStreamAcl: { $r: ADMINS, $w: ADMINS, $d: ADMINS, $mr: ADMINS, $mw: ADMINS },
};
await client.appendToStream('$settings', jsonEvent({ type: '$settings', data: defaults }));
console.log(
  `user ${USER} is there; $all is read by ${both.join(', ')}; streams are written by ${USER}, and cut or deleted by ${ADMINS} alone`,
);
await client.dispose();
