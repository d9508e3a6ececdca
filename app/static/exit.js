// Leaves at once: blanks the page, goes to the first page of ours in this tab, and from there out by way of /x,
// so that Back and Forward find nothing of ours. Without this script the exit is a plain link.
(function () {
  "use strict";
  var FLAG = "x";
  var PRESSES = 3;
  var WITHIN_MS = 5000;
  var presses = [];

  function blank() {
    document.documentElement.hidden = true;
    document.documentElement.style.setProperty("display", "none", "important");
    document.title = "Page";
  }

  function pass() {
    location.replace("/x");
  }

  function leave() {
    blank();
    var navigation = window.navigation;
    if (!navigation || !navigation.currentEntry || navigation.currentEntry.index === 0) {
      pass();
      return;
    }
    var first = navigation.entries()[0];
    if (!first.sameDocument) {
      try {
        sessionStorage.setItem(FLAG, "1");
      } catch (refused) {
        pass();
        return;
      }
    }
    navigation.traverseTo(first.key).finished.then(pass, function () {
      forget();
      pass();
    });
  }

  // The flag lives from leaving to arriving on the first page; true once, then gone.
  function forget() {
    try {
      var was = sessionStorage.getItem(FLAG) === "1";
      sessionStorage.removeItem(FLAG);
      return was;
    } catch (refused) {
      return false;
    }
  }

  var isPassing = forget();
  if (isPassing) {
    blank();
  }
  addEventListener("pageshow", function () {
    if (isPassing || forget()) {
      blank();
      pass();
    }
  });
  addEventListener("click", function (event) {
    if (event.target instanceof Element && event.target.closest("#exit")) {
      event.preventDefault();
      leave();
    }
  });
  addEventListener("keydown", function (event) {
    if (event.key !== "Shift") {
      presses = [];
    } else if (!event.repeat) {
      presses = presses.filter(function (at) { return event.timeStamp - at < WITHIN_MS; });
      presses.push(event.timeStamp);
      if (presses.length === PRESSES) {
        presses = [];
        leave();
      }
    }
  });
  addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("[data-needs-script]").forEach(function (part) { part.hidden = false; });
  });
})();
