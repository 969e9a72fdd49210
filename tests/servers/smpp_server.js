// An SMS gateway that speaks SMPP, told over stdin what to do and telling over stdout what it saw; one JSON a line.
'use strict';
const fs = require('fs');
const smpp = require('smpp');

const ACCOUNT = { system_id: 'sandan', password: 'secret' };
const tell = (said) => process.stdout.write(JSON.stringify(said) + '\n');
let plan = [];
let sessions = [];
let ids = 0;

const [key, cert] = process.argv.slice(2).map((path) => fs.readFileSync(path));
const server = smpp.createServer(key ? { key, cert } : {}, (session) => {
  sessions.push(session);
  session.on('error', () => {});
  session.on('close', () => { sessions = sessions.filter((one) => one !== session); tell({ event: 'closed' }); });
  session.on('bind_transceiver', (pdu) => {
    const good = pdu.system_id === ACCOUNT.system_id && pdu.password === ACCOUNT.password;
    tell({ event: 'bind', good });
    session.send(pdu.response({ command_status: good ? 0 : smpp.ESME_RINVPASWD }));
  });
  session.on('unbind', (pdu) => { session.send(pdu.response()); session.close(); });
  session.on('enquire_link', (pdu) => { tell({ event: 'enquire_link' }); session.send(pdu.response()); });
  session.on('submit_sm', (pdu) => {
    const said = pdu.short_message || {};
    const id = `m-${++ids}`;
    const answer = plan.length ? plan.shift() : {};
    tell({
      event: 'submit', id, to: pdu.destination_addr, from: pdu.source_addr, text: String(said.message),
      header: said.udh ? said.udh.map((one) => one.toString('hex')) : [], coding: pdu.data_coding,
      registered: pdu.registered_delivery, mark: pdu.user_message_reference, ton: pdu.dest_addr_ton,
    });
    const respond = () => session.send(pdu.response({ command_status: answer.status || 0, message_id: answer.id || id }));
    if (answer.drop) session.destroy();
    else if (answer.after) setTimeout(respond, answer.after);
    else if (!answer.silent) respond();
  });
});

const deliver = (said) => {
  const fields = { ...said.fields };
  if (said.hex !== undefined) fields.short_message = Buffer.from(said.hex, 'hex');
  sessions[sessions.length - 1].deliver_sm(fields, (pdu) => {
    tell({ event: 'answered', name: said.name, status: pdu.command_status });
  });
};

const todo = {
  plan: (said) => { plan = said.answers; tell({ event: 'planned' }); },
  sync: (said) => tell({ event: 'synced', n: said.n }),
  deliver,
  raw: (said) => sessions[sessions.length - 1].socket.write(Buffer.from(said.hex, 'hex')),
  enquire: () => sessions[sessions.length - 1].enquire_link((pdu) => tell({ event: 'awake', status: pdu.command_status })),
  drop: () => sessions.forEach((one) => one.destroy()),
};

let rest = '';
process.stdin.on('data', (chunk) => {
  rest += chunk;
  const lines = rest.split('\n');
  rest = lines.pop();
  lines.map((line) => JSON.parse(line)).forEach((said) => todo[said.do](said));
});
process.stdin.on('end', () => process.exit(0));
server.on('error', () => process.exit(1));
server.on('tlsClientError', () => tell({ event: 'refused' }));
server.listen(0, '127.0.0.1', () => tell({ event: 'listening', port: server.address().port }));
