// Shows the messages that come to this phone, and opens their link when they are touched.
self.addEventListener("push", function (event) {
  "use strict";
  var said = {};
  try { said = event.data ? event.data.json() : {}; } catch (nothing) { said = {}; }
  event.waitUntil(self.registration.showNotification(said.title || "三单", {
    body: said.text || "",
    tag: "request-" + (said.number || ""),
    requireInteraction: true,
    data: { link: said.link || "" }
  }));
});

self.addEventListener("notificationclick", function (event) {
  "use strict";
  var link = event.notification.data && event.notification.data.link;
  event.notification.close();
  // Only our own pages are opened, whoever wrote the message.
  if (link && new URL(link).origin === self.location.origin) {
    event.waitUntil(self.clients.openWindow(link));
  }
});
