// Subscribes this browser to messages, and hands the subscription to the page it stands on.
(function () {
  "use strict";
  var button = document.getElementById("subscribe");

  function show(name) {
    ["done", "no", "cannot", "failed"].forEach(function (one) {
      document.getElementById(one).hidden = one !== name;
    });
    button.hidden = name === "done" || name === "cannot";
  }

  function bytes(text) {
    var padded = (text + "===".slice((text.length + 3) % 4)).replace(/-/g, "+").replace(/_/g, "/");
    var raw = window.atob(padded);
    var found = new Uint8Array(raw.length);
    for (var at = 0; at < raw.length; at += 1) { found[at] = raw.charCodeAt(at); }
    return found;
  }

  if (!("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) {
    show("cannot");
    return;
  }

  button.addEventListener("click", function () {
    Notification.requestPermission().then(function (answer) {
      if (answer !== "granted") { show("no"); return null; }
      return navigator.serviceWorker.register("../worker.js")
        .then(function () { return navigator.serviceWorker.ready; })
        .then(function (registration) {
          return registration.pushManager.subscribe({
            userVisibleOnly: true,
            applicationServerKey: bytes(button.getAttribute("data-key"))
          });
        })
        .then(function (subscription) {
          return fetch("", {
            method: "POST",
            headers: { "Content-Type": "application/json" },
            body: JSON.stringify(subscription)
          });
        })
        .then(function (answered) { show(answered.ok ? "done" : "failed"); });
    }).catch(function () { show("failed"); });
  });
}());
