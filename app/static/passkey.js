// Asks the browser for a passkey and sends what it answers. The page's one form that needs a script.
"use strict";
(() => {
  const form = document.querySelector("form[data-passkey]");
  if (!form || !window.PublicKeyCredential) return;
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const listed = (keys) => (keys || []).map((key) => ({ ...key, id: bytes(key.id) }));

  const ask = async () => {
    const options = JSON.parse(form.dataset.options);
    options.challenge = bytes(options.challenge);
    options.excludeCredentials = listed(options.excludeCredentials);
    options.allowCredentials = listed(options.allowCredentials);
    if (form.dataset.passkey === "create") {
      options.user.id = bytes(options.user.id);
      return navigator.credentials.create({ publicKey: options });
    }
    return navigator.credentials.get({ publicKey: options });
  };

  const answer = (credential) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    if (credential.response.getTransports) response.transports = credential.response.getTransports();
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      response,
      extensions: JSON.stringify(credential.getClientExtensionResults()),
      clientExtensionResults: credential.getClientExtensionResults(),
    });
  };

  const error = form.querySelector("[data-passkey-error]");
  form.querySelector("[data-passkey-start]").hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    error.hidden = true;
    try {
      form.elements.credential.value = answer(await ask());
      HTMLFormElement.prototype.submit.call(form);
    } catch {
      error.hidden = false;
    }
  });
})();
