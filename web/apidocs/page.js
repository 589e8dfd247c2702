// SPDX-License-Identifier: Apache-2.0
// Starts Swagger UI on the server's own document, or says that it is not installed.

if (window.SwaggerUIBundle) {
    window.SwaggerUIBundle({
        url: "../openapi.json",
        dom_id: "#api",
        deepLinking: true,
        defaultModelsExpandDepth: 0,
        validatorUrl: "none", // it would be another host
    });
} else {
    document.getElementById("missing").hidden = false;
}
