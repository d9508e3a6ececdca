// Goes from the wordless page to a neutral site. The pause after pageshow makes the browser keep both entries
// apart; without it Forward would lead back to us.
(function () {
  "use strict";
  var out = document.currentScript.dataset.out;
  addEventListener("pageshow", function () {
    setTimeout(function () { location.assign(out); }, 50);
  });
})();
